//! `?`, and no return type
//@ fix: should return `Result` or `Option`

#[taipan::main]
async fn main() {
    let n: u32 = /*<*/ "1".parse()?; /*>*/
    println!("{n}");
}
