//! Fewer threads than none.

#[taipan::main(threads = -1)]
async fn main() {}
