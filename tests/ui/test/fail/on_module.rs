//! The attribute stands on a module.

#[taipan::test]
mod tests {}

fn main() {}
