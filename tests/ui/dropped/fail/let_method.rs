//! The same, of a method.

#![deny(deprecated)]

struct File;

impl File {
    async fn save(&self) {}
}

#[taipan::main]
async fn main() {
    let _ = File.save();
}
