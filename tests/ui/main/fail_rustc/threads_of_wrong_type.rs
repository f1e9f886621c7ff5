//! The number of threads is no number.

#[taipan::main(threads = std::time::Duration::ZERO)]
async fn main() {}
