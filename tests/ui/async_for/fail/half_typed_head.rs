//! The head is not whole, and there is no body.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let sum = start;
    async_for!(for n in );
    sum + number(1).await
}

fn main() {
    taipan::run(f(1));
}
