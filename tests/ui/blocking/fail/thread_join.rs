//! A thread whose end is waited for.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    let thread = std::thread::spawn(|| 1);
    thread.join().unwrap();
}
