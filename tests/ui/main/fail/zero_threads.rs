//! No thread at all.

#[taipan::main(threads = 0)]
async fn main() {}
