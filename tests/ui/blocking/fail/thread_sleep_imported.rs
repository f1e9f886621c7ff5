//! The same, by a shorter path.

#![deny(deprecated)]

use std::thread;

#[taipan::main]
async fn main() {
    thread::sleep(1ms);
}
