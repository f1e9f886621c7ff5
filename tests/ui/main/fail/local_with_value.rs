//! A bare word has a value.

#[taipan::main(local = true)]
async fn main() {}
