//! A channel of std.

#![deny(deprecated)]

use std::sync::mpsc;

#[taipan::main]
async fn main() {
    let (sender, receiver) = mpsc::channel();
    sender.send(1).unwrap();
    assert_eq!(receiver.recv(), Ok(1));
}
