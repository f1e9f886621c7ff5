//! The number of threads is missing.

#[taipan::main(threads)]
async fn main() {}
