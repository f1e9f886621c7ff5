//! The attribute stands on a struct.

#[taipan::main]
struct Main;
