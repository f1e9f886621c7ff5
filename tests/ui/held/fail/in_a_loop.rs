//! In a block inside the function.

#![deny(deprecated)]

use std::sync::Mutex;

async fn save() {}

#[taipan::main]
async fn main() {
    let mutex = Mutex::new(1);
    for _ in 0..2 {
        let guard = mutex.lock().unwrap();
        if *guard == 1 {
            save().await;
        }
    }
}
