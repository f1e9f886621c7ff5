//! The macro is what awaits.

#![deny(deprecated)]

use std::sync::Mutex;

use taipan::prelude::*;

#[taipan::main]
async fn main() {
    let mutex = Mutex::new(1);
    let guard = mutex.lock().unwrap();
    with!(_ = closing(1, |_| async {}), {});
    println!("{guard}");
}
