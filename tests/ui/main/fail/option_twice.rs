//! An option is given twice.

#[taipan::main(threads = 1, threads = 2)]
async fn main() {}
