//! The type of an argument is not typed yet; the functions beside it are there.
#![deny(warnings)]

use taipan::prelude::*;

generator! {
    async fn before(n: u32) -> u32 {
        yield n;
    }

    async fn broken(n: ) -> u32 {
        yield n;
    }

    async fn behind(n: u32) -> u32 {
        yield n;
    }
}

async fn f() -> u32 {
    let mut sum = 0;
    async_for!(for n in before(1) {
        sum += n;
    });
    async_for!(for n in behind(1) {
        sum += n;
    });
    async_for!(for n in broken(1) {
        sum += n;
    });
    sum
}

fn main() {
    taipan::run(f());
}
