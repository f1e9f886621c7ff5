//! A stream waits at each `yield`.

#![deny(deprecated)]

use std::sync::Mutex;

use taipan::prelude::*;

fn main() {
    taipan::run(async {
        let mutex = Mutex::new(1);
        async_for!(for _ in stream!({
            let guard = mutex.lock().unwrap();
            yield *guard;
        }) {});
    });
}
