//! A test with no seed at all would not run.

#[taipan::test(virtual_time, seeds = 0)]
async fn works() {}

fn main() {}
