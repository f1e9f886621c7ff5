//! The limit is not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    timeout!(, number(start)).await.unwrap()
}

fn main() {
    taipan::run(f(1));
}
