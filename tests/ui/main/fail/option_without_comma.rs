//! A comma is missing.

#[taipan::main(local ctrl_c = false)]
async fn main() {}
