//! A time is missing.

#[taipan::test(timeout)]
async fn works() {}

fn main() {}
