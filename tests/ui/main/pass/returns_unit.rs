//! `main` may return nothing.

#[taipan::main]
async fn main() {}
