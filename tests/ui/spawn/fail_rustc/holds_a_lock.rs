//! A task on any thread holds a lock of std while it waits.

use std::sync::{Arc, Mutex};
use taipan::prelude::*;

#[taipan::main]
async fn main() {
    let count = Arc::new(Mutex::new(0));
    let task = spawn(async move {
        let mut count = count.lock().unwrap();
        yield_now().await;
        *count += 1;
    });
    task.await.unwrap();
}
