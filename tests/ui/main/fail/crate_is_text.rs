//! The path of the crate is a text.

#[taipan::main(crate = "taipan")]
async fn main() {}
