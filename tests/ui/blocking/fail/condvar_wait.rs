//! A condition variable of std.

#![deny(deprecated)]

use std::sync::{Condvar, Mutex};

#[taipan::main]
async fn main() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(()));
    let _guard = condvar.wait(mutex.lock().unwrap()).unwrap();
}
