//! a test has its attribute twice
//@ fix: consider removing

#[tokio::test]
/*<*/ #[tokio::test] /*>*/
async fn works() {}

fn main() {}
