//! In a function without an attribute, the macro guards what it runs.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

async fn run() {
    async_for!(for _ in stream!({
        yield 1;
    }) {
        std::thread::sleep(Duration::ZERO);
    });
}

fn main() {
    taipan::run(run());
}
