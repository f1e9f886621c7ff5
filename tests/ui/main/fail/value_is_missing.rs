//! A value is missing.

#[taipan::main(threads = )]
async fn main() {}
