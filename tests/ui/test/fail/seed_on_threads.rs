//! A seed cannot decide the order of threads.

#[taipan::test(seed = 7, threads = 2)]
async fn works() {}

fn main() {}
