//! The second future has a name only.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let step = 2;
    select!(match (a = number(start + step), b) {
        a(n) => n + 1,
        b(n) => n,
    })
}

fn main() {
    taipan::run(f(1));
}
