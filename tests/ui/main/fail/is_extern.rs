//! `main` has a foreign calling convention.

#[taipan::main]
async extern "C" fn main() {}
