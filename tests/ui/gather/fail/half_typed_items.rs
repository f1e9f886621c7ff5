//! The items are not typed yet, and the block is there.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let all: Vec<u32> = gather!(for n in { number(n + start) }).await;
    all[0]
}

fn main() {
    taipan::run(f(1));
}
