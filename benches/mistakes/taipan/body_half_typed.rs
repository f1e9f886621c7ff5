//! a half-typed body

#[taipan::main]
async fn main() {
    let text = "text";
    let n = text./*<*/; /*>*/
    println!("{text}{n}");
}
