//! `?`, and no return type
//@ fix: should return `Result` or `Option`

#[tokio::main]
async fn main() {
    let n: u32 = /*<*/ "1".parse()?; /*>*/
    println!("{n}");
}
