//! The name of an arm is not typed to its end; the outputs and what follows from them are known all the same.
#![deny(warnings)]

use std::cmp::max;
use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let mut total = start;
    while total < 9 {
        let next = select!(match (first = number(1), second = number(2)) {
            first(n) => n,
            sec(n) if n > start => max(n, total),
            second(n) => n,
        });
        total += next;
    }
    total
}

fn main() {
    taipan::run(f(1));
}
