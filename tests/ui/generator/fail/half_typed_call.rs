//! The argument of a call inside of two blocks ends in a dot.
#![deny(warnings)]

use std::cmp::max;
use taipan::prelude::*;

generator! {
    async fn numbers(start: u32) -> u32 {
        let most = if start > 1 {
            let next = async { max(start, start.) };
            next.await
        } else {
            0
        };
        yield most;
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
