//! The arm has no body yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let step = 2;
    select! {
        n = number(start) => n,
        m = number(step),
    }
}

fn main() {
    taipan::run(f(1));
}
