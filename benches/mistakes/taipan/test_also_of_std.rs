//! a test has `#[test]` as well
//@ fix: remove `#[test]`

#[taipan::test]
/*<*/ #[test] /*>*/
async fn works() {}

fn main() {}
