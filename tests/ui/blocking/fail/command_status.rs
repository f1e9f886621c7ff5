//! The same, by a variable.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    let mut command = std::process::Command::new("true");
    command.status().unwrap();
}
