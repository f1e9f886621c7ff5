//! An option is misspelt.

#[taipan::main(threds = 4)]
async fn main() {}
