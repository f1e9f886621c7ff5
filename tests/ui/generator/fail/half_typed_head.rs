//! What a loop goes over ends in a dot.
#![deny(warnings)]

use std::collections::BTreeSet;
use taipan::prelude::*;

generator! {
    async fn numbers(start: u32) -> u32 {
        for n in BTreeSet::from([start]). {
            if n > 1 {
                yield n;
            }
        }
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
