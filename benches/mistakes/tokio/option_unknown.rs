//! an unknown option
//@ fix: expected one of

#[tokio::main(/*<*/ foo /*>*/)]
async fn main() {}
