//! a test has `#[test]` as well
//@ fix: consider removing

#[tokio::test]
/*<*/ #[test] /*>*/
async fn works() {}

fn main() {}
