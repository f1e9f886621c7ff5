//! The code stands in another file.

#[taipan::checked]
#[path = "../module/other.rs"]
mod other;

fn main() {}
