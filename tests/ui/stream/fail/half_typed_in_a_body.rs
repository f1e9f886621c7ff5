//! A statement in the body of another macro ends in a dot.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let numbers = stream!({
        timeout!(1s, {
            let n = number(start).await;
            n.;
            yield n;
        });
    });
    let mut sum = 0;
    async_for!(for n in numbers {
        sum += n;
    });
    sum
}

fn main() {
    taipan::run(f(1));
}
