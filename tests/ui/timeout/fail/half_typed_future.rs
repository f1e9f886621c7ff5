//! The future is not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let late = timeout!(2s, ).await;
    late.unwrap_or(start) + number(1).await
}

fn main() {
    taipan::run(f(1));
}
