//! a misspelt option
//@ fix: expected one of

#[tokio::main(/*<*/ worker_thread /*>*/ = 4)]
async fn main() {}
