//! The second argument is not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    race!(number(start), , number(2)).await
}

fn main() {
    taipan::run(f(1));
}
