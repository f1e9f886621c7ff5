//! a test is not async
//@ fix: write `async fn works`

#[taipan::test]
/*<*/ fn works() {} /*>*/

fn main() {}
