//! Two mistakes in a call: it blocks, and nobody looks at its result.

#![deny(deprecated)]

use std::{fs, sync::mpsc};

#[taipan::main]
async fn main() {
    let (_sender, receiver) = mpsc::channel::<u8>();
    receiver.recv();
    std::fs::read("Cargo.toml");
    fs::read("Cargo.toml");
    #[allow(deprecated)]
    fs::read("Cargo.toml");
}
