//! `main` is also a test.

#[taipan::main]
#[taipan::test]
async fn main() {}
