//! The attribute is given twice.

#[taipan::main]
#[taipan::main]
async fn main() {}
