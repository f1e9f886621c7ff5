//! The first argument ends in a dot.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let (a, b) = gather!(start., number(start)).await;
    a + b
}

fn main() {
    taipan::run(f(1));
}
