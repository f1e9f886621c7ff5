//! A file is read.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    std::fs::read("Cargo.toml").unwrap();
}
