//! The body of an arm is not typed yet.
#![deny(warnings)]

use std::num::NonZeroU32;
use taipan::prelude::*;

generator! {
    async fn numbers(start: u32) -> Result<u32, std::num::ParseIntError> {
        match NonZeroU32::new(start) {
            Some(n) => {
                yield Ok(n.get() + "1".parse::<u32>()?);
            }
            None =>
        }
    }
}

async fn f() -> u32 {
    let mut sum = 0;
    async_for!(for n in numbers(1) {
        sum += n.unwrap_or(0);
    });
    sum
}

fn main() {
    taipan::run(f());
}
