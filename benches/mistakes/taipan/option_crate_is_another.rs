//! the path of the crate leads to another one

/*<*/ #[taipan::main(crate = std)] /*>*/
async fn main() {
    let text = "text";
    println!("{text}");
}
