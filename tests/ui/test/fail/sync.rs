//! A test is not async.

#[taipan::test]
fn works() {}

fn main() {}
