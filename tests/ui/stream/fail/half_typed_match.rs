//! A `match` has no arms yet.
#![deny(warnings)]

use std::num::NonZeroU32;
use taipan::prelude::*;

async fn f(start: u32) -> u32 {
    let numbers = stream!({
        yield start;
        match NonZeroU32::new(start)
    });
    let mut sum = 0;
    async_for!(for n in numbers {
        sum += n;
    });
    sum
}

fn main() {
    taipan::run(f(1));
}
