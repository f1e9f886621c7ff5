//! In a function without an attribute, the macro guards what it runs.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

async fn save() {}

async fn run() {
    gather!(for _ in 0..2 {
        std::thread::sleep(Duration::ZERO);
        save()
    })
    .await;
}

fn main() {
    taipan::run(run());
}
