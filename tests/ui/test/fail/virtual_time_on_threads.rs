//! Virtual time is single-threaded.

#[taipan::test(virtual_time, threads = 2)]
async fn works() {}

fn main() {}
