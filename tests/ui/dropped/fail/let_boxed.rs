//! The same, in a box.

#![deny(deprecated)]

async fn save() {}

#[taipan::main]
async fn main() {
    let _ = Box::pin(save());
}
