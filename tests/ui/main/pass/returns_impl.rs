//! `main` may hide what it returns.

#[taipan::main]
async fn main() -> impl std::process::Termination {}
