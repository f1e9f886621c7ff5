//! The option belongs to tests.

#[taipan::main(virtual_time)]
async fn main() {}
