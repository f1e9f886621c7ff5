//! A time has no unit.

#[taipan::main(shutdown_timeout = 10)]
async fn main() {}
