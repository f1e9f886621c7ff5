//! The future ends in a dot.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let step = Some(2);
    select!(match (a = step., b = number(start)) {
        a(n) => n + 1,
        b(n) => n,
    })
}

fn main() {
    taipan::run(f(1));
}
