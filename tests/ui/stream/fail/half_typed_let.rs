//! The value of a variable is not typed yet.
#![deny(warnings)]

use std::time::Duration;
use taipan::prelude::*;

async fn number(n: u32) -> u32 {
    n
}

async fn f(start: u32) -> u32 {
    let numbers = stream!({
        let n = number(start).await;
        let pause: Duration = ;
        sleep(pause).await;
        yield n;
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
