//! A time has no unit.

#[taipan::test(timeout = 30)]
async fn works() {}

fn main() {}
