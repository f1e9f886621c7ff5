//! A barrier of std, shared.

#![deny(deprecated)]

use std::sync::{Arc, Barrier};

#[taipan::main]
async fn main() {
    let barrier = Arc::new(Barrier::new(1));
    barrier.wait();
}
