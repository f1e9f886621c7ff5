//! The body ends in a dot.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let conn = closing(start, |n| async move { drop(n) });
    with!(n = conn, {
        let m = number(**n).await;
        m.
    })
}

fn main() {
    taipan::run(f(1));
}
