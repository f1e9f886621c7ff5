//! a test is not async
//@ fix: the `async` keyword is missing

#[tokio::test]
/*<*/ fn works() {} /*>*/

fn main() {}
