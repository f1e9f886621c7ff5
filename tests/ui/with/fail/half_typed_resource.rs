//! The resource is not typed yet.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let step = 2;
    with!(conn = , {
        let n = number(start).await;
        if n > step {
            return conn.get(n).await;
        }
        conn.count() + n
    })
}

fn main() {
    taipan::run(f(1));
}
