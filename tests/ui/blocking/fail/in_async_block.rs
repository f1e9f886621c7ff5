//! An async block runs on the same thread.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    taipan::spawn(async { std::thread::sleep(1ms) }).await.unwrap();
}
