//! `#[test]` stands beside it.

#[taipan::test]
#[test]
async fn works() {}

fn main() {}
