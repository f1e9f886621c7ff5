//! The cleanup is not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let step = 2;
    finally!(
        {
            number(start).await + step
        },
    )
}

fn main() {
    taipan::run(f(1));
}
