//! A body holds half a call.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let step = 2;
    select! {
        n = number(start) => n,
        n = number(step) => {
            let m = n.;
            m
        }
    }
}

fn main() {
    taipan::run(f(1));
}
