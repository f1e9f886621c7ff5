//! A test takes arguments.

#[taipan::test]
async fn works(name: String) {}

fn main() {}
