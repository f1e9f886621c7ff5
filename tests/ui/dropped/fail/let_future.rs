//! A future that `_` drops.

#![deny(deprecated)]

async fn save() {}

#[taipan::main]
async fn main() {
    let _ = save();
}
