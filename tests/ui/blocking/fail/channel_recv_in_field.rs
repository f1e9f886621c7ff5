//! The same, in a field.

#![deny(deprecated)]

use std::sync::mpsc;

struct Inbox {
    messages: mpsc::Receiver<u8>,
}

#[taipan::checked]
impl Inbox {
    async fn next(&self) -> Option<u8> {
        self.messages.recv().ok()
    }
}

#[taipan::main]
async fn main() {
    let (sender, messages) = mpsc::channel();
    drop(sender);
    assert_eq!(Inbox { messages }.next().await, None);
}
