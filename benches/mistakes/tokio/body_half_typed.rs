//! a half-typed body

#[tokio::main]
async fn main() {
    let text = "text";
    let n = text./*<*/; /*>*/
    println!("{text}{n}");
}
