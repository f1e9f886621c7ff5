//! A file is opened.

#![deny(deprecated)]

use std::fs::File;

#[taipan::main]
async fn main() {
    File::open("Cargo.toml").unwrap();
}
