//! The arm has no body yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let step = 2;
    select!(match (a = number(start), b = number(step)) {
        a(n) => n,
        b(n),
    })
}

fn main() {
    taipan::run(f(1));
}
