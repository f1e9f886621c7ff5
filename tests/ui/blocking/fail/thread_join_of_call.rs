//! The same, where the thread has no name.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    std::thread::spawn(|| 1).join().unwrap();
}
