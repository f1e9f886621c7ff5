//! `main` is not async
//@ fix: write `async fn main`

#[taipan::main]
/*<*/ fn main() {} /*>*/
