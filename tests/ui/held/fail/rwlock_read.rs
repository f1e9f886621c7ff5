//! A guard of a lock that is read.

#![deny(deprecated)]

use std::sync::RwLock;

async fn save() {}

#[taipan::main]
async fn main() {
    let lock = RwLock::new(1);
    let guard = lock.read().unwrap();
    save().await;
    println!("{guard}");
}
