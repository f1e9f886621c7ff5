//! Two children borrow one value, to change it.

use taipan::prelude::*;

async fn add(sum: &mut u32, n: u32) {
    yield_now().await;
    *sum += n;
}

#[taipan::main]
async fn main() {
    let mut sum = 0;
    gather!(add(&mut sum, 1), add(&mut sum, 2)).await;
    assert_eq!(sum, 3);
}
