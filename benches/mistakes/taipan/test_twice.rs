//! a test has its attribute twice

#[taipan::test]
/*<*/ #[taipan::test] /*>*/
async fn works() {}

fn main() {}
