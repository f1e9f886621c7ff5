//! A guard of a lock that is written.

#![deny(deprecated)]

use std::sync::RwLock;

async fn save() {}

#[taipan::main]
async fn main() {
    let lock = RwLock::new(1);
    let mut guard = lock.write().unwrap();
    save().await;
    *guard = 2;
}
