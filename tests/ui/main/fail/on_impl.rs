//! The attribute stands on an `impl`.

struct Main;

#[taipan::main]
impl Main {}
