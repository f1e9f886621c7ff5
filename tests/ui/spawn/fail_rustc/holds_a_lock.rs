//! A task on any thread holds a lock of std while it waits.

use std::sync::{Arc, Mutex};
use taipan::prelude::*;

// Under an attribute, a warning of ours would say so as well.
async fn count() {
    let count = Arc::new(Mutex::new(0));
    let task = spawn(async move {
        let mut count = count.lock().unwrap();
        yield_now().await;
        *count += 1;
    });
    task.await.unwrap();
}

fn main() {
    taipan::run(count());
}
