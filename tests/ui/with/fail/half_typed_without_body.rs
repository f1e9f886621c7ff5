//! The body is not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let conn = closing(start, |n| async move { drop(n) });
    with!(n = conn);
    number(1).await
}

fn main() {
    taipan::run(f(1));
}
