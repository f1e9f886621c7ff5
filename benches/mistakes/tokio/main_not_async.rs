//! `main` is not async
//@ fix: the `async` keyword is missing

#[tokio::main]
/*<*/ fn main() {} /*>*/
