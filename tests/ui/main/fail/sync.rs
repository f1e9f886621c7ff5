//! `main` is not async.

#[taipan::main]
fn main() {}
