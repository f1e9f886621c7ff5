//! Threads that are waited for.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    std::thread::scope(|_| {});
}
