//! The same, by a longer path.

#![deny(deprecated)]

async fn save() {}

#[taipan::main]
async fn main() {
    std::mem::drop(save());
}
