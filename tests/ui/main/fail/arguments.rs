//! `main` takes arguments.

#[taipan::main]
async fn main(name: String) {}
