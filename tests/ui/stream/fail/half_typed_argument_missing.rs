//! An argument of a call in an inner block is not typed yet.
#![deny(warnings)]

use std::cmp::max;
use taipan::prelude::*;

async fn f(start: u32) -> u32 {
    let numbers = stream!({
        for n in 0..start {
            let most = max(n, , start);
            yield most;
        }
        yield 0;
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
