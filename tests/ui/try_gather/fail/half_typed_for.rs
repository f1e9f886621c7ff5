//! The items are not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let all: Result<Vec<u32>, String> = try_gather!(for n in ).await;
    all.unwrap().len() as u32 + start + number(1).await
}

fn main() {
    taipan::run(f(1));
}
