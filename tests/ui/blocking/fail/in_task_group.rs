//! In a function without an attribute, the macro guards what it runs.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

async fn save() {}

async fn run() {
    task_group!(tg, {
        tg.spawn(save());
        std::thread::sleep(Duration::ZERO);
    })
    .unwrap();
}

fn main() {
    taipan::run(run());
}
