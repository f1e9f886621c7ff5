//! Seeds decide only where the time is virtual.

#[taipan::test(seeds = 100, timeout = 30s)]
async fn works() {}

fn main() {}
