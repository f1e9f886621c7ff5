//! A guard of a mutex.

#![deny(deprecated)]

use std::sync::Mutex;

async fn save() {}

#[taipan::main]
async fn main() {
    let mutex = Mutex::new(1);
    let guard = mutex.lock().unwrap();
    save().await;
    println!("{guard}");
}
