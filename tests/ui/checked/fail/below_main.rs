//! `#[main]` guards its function already.

#[taipan::main]
#[taipan::checked]
async fn main() {}
