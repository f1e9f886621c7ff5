//! Between two arguments of a call there is no comma.
#![deny(warnings)]

use std::cmp::max;
use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let numbers = stream!({
        let most = max(number(start).await number(2).await);
        yield most;
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
