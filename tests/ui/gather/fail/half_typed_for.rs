//! The items are not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let all: Vec<u32> = gather!(for n in ).await;
    all.len() as u32 + start + number(1).await
}

fn main() {
    taipan::run(f(1));
}
