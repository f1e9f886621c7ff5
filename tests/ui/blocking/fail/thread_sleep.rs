//! A sleep that stops the thread.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    std::thread::sleep(1ms);
}
