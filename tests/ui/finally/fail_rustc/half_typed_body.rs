//! The body ends in a dot.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    finally!({ number(start).await. }, async |_| {})
}

fn main() {
    taipan::run(f(1));
}
