//! Two options exclude each other.

#[taipan::main(threads = 4, local)]
async fn main() {}
