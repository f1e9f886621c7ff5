//! In a generator.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

generator! {
    async fn one() -> u32 {
        std::thread::sleep(Duration::ZERO);
        yield 1;
    }
}

fn main() {
    taipan::run(async { async_for!(for _ in one() {}) });
}
