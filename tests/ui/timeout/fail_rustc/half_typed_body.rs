//! The body ends in a dot.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let in_time = timeout!(2s, {
        let n = number(start).await;
        n.
    });
    in_time.unwrap()
}

fn main() {
    taipan::run(f(1));
}
