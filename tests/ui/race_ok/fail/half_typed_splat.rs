//! The futures are not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let first: Result<u32, _> = race_ok!(..).await;
    first.unwrap_or(start) + number(1).await
}

fn main() {
    taipan::run(f(1));
}
