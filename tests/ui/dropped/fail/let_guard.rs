//! A guard that is dropped at once.

#![deny(deprecated)]

use taipan::sync::Mutex;

#[taipan::main]
async fn main() {
    let mutex = Mutex::new(1);
    let _ = mutex.lock().await;
}
