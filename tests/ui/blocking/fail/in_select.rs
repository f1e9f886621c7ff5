//! In a function without an attribute, the macro guards what it runs.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

async fn save() {}

async fn run() {
    select!(match (saved = save()) {
        saved(()) => std::thread::sleep(Duration::ZERO),
    });
}

fn main() {
    taipan::run(run());
}
