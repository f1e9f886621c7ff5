//! Nested macros under an attribute: one mistake, one warning.

#![deny(deprecated)]

use std::time::Duration;

use taipan::prelude::*;

async fn save() {}

#[taipan::main]
async fn main() {
    with!(_ = closing(1, |_| async {}), {
        timeout!(1s, {
            select!(match (saved = save()) {
                saved(()) => std::thread::sleep(Duration::ZERO),
            })
        })
        .unwrap();
    });
}
