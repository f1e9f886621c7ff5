//! A permit that is given back at once.

#![deny(deprecated)]

use taipan::sync::Semaphore;

#[taipan::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    let _ = semaphore.acquire().await;
}
