//! the path of the crate is a number
//@ fix: as path

#[tokio::main(crate = /*<*/ 456 /*>*/)]
async fn main() {}
