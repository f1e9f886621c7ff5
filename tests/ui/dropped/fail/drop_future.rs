//! A future that is dropped.

#![deny(deprecated)]

async fn save() {}

#[taipan::main]
async fn main() {
    drop(save());
}
