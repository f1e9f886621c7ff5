//! An option is a text.

#[taipan::main("local")]
async fn main() {}
