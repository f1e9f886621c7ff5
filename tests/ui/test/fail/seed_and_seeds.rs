//! One seed, or many.

#[taipan::test(virtual_time, seed = 7, seeds = 100)]
async fn works() {}

fn main() {}
