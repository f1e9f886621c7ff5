//! The last statement of an inner block ends in a dot; nothing says of which type the items are.
#![deny(warnings)]

use std::collections::BTreeMap;
use taipan::prelude::*;

async fn f(start: u32) -> u32 {
    let numbers = stream!({
        let mut seen = BTreeMap::from([(start, 1)]);
        if let Some(times) = seen.get_mut(&start) {
            *times += start;
            times.
        }
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
