//! A time has no unit.

#[taipan::main(grace = 5)]
async fn main() {}
