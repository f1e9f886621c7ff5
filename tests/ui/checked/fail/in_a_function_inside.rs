//! An `async fn` inside the function is guarded as well.

#![deny(deprecated)]

use std::time::Duration;

#[taipan::main]
async fn main() {
    async fn inner() {
        std::thread::sleep(Duration::ZERO);
    }

    inner().await;
}
