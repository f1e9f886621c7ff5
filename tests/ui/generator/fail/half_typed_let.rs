//! The value of a variable is not typed yet.
#![deny(warnings)]

use std::time::Duration;
use taipan::prelude::*;

generator! {
    async fn numbers(start: u32) -> u32 {
        let pause: Duration =
    }
}

async fn f() -> u32 {
    let mut sum = 0;
    async_for!(for n in numbers(1) {
        sum += n;
    });
    sum
}

fn main() {
    taipan::run(f());
}
