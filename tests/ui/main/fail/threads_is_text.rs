//! The number of threads is text.

#[taipan::main(threads = "4")]
async fn main() {}
