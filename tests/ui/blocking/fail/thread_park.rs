//! A thread that is parked.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    std::thread::park();
}
