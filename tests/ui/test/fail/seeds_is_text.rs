//! A number of seeds is a number.

#[taipan::test(virtual_time, seeds = "100")]
async fn works() {}

fn main() {}
