//! A process whose end is waited for.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    std::process::Command::new("true").arg("x").output().unwrap();
}
