//! A token that is given back at once.

#![deny(deprecated)]

use taipan::sync::Limiter;

#[taipan::main]
async fn main() {
    let limiter = Limiter::new(1);
    let _ = limiter.acquire("me").await.unwrap();
}
