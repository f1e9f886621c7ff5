//! In a function without an attribute, the macro guards what it runs.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

async fn run() {
    with!(_ = closing(std::thread::sleep(Duration::ZERO), |()| async {}), {});
}

fn main() {
    taipan::run(run());
}
