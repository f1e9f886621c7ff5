//! `main` is unsafe.

#[taipan::main]
async unsafe fn main() {}
