//! taipan measured beside its rivals.
fn main() {}
