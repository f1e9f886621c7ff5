//! The body ends in a dot.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    task_group!(tg, {
        let n = number(start).await;
        tg.spawn(async move { drop(n) });
        tg.;
    })
    .unwrap();
    number(start).await
}

fn main() {
    taipan::run(f(1));
}
