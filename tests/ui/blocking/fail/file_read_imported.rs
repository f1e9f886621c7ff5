//! The same, by a shorter path: the type of the result tells.

#![deny(deprecated)]

use std::fs;

#[taipan::main]
async fn main() {
    println!("{}", fs::read_to_string("Cargo.toml").unwrap());
}
