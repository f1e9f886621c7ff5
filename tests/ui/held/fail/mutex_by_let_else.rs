//! The same, by `let else`.

#![deny(deprecated)]

use std::sync::Mutex;

async fn save() {}

#[taipan::main]
async fn main() {
    let mutex = Mutex::new(1);
    let Ok(guard) = mutex.lock() else { return };
    save().await;
    println!("{guard}");
}
