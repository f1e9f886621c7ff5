//! A child that is waited for.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
}
