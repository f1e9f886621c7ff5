//! The same, of an async block.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    let _ = async { 1 };
}
