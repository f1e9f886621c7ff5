//! The items are not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let mut sum = start;
    async_for!(for n in {
        sum += number(n).await;
    });
    sum
}

fn main() {
    taipan::run(f(1));
}
