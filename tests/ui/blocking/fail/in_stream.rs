//! In a function without an attribute, the macro guards what it runs.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

async fn run() {
    async_for!(for _ in stream!({
        std::thread::sleep(Duration::ZERO);
        yield 1;
    }) {});
}

fn main() {
    taipan::run(run());
}
