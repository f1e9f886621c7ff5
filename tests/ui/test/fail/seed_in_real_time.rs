//! A seed decides only where the time is virtual.

#[taipan::test(seed = 7)]
async fn works() {}

fn main() {}
