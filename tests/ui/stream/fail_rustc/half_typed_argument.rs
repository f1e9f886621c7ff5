//! A call in the body of the loop ends in a dot; the stream is whole.
#![deny(warnings)]

use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let numbers = stream!({
        yield number(start).await;
        yield 2
    });
    async_for!(for n in numbers {
        drop(n.);
    });
    1
}

fn main() {
    taipan::run(f(1));
}
