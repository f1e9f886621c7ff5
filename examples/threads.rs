//! Blocking calls beside async work: `cargo run --example threads`.
#![forbid(unsafe_code)]

use std::thread;
use std::time::Duration;
use taipan::prelude::*;

#[taipan::main(threads = 1)]
async fn main() {
    // The clock ticks on the one thread there is, while other threads are blocked.
    let (_, sum, primes) = gather!(
        clock(),
        to_thread(|| {
            thread::sleep(Duration::from_millis(120));
            (1..=1_000_u64).sum::<u64>()
        }),
        // A computation goes to a pool that has a thread for each core.
        taipan::compute(|| (2..3_000_u32).filter(|n| (2..*n).all(|d| n % d != 0)).count()),
    )
    .await;
    println!("the sum is {sum}, and there are {primes} primes");

    // A value goes in, a value comes out; an error is a value.
    let text = "ssshh".to_owned();
    let loud = to_thread(move || text.to_uppercase()).await;
    println!("{loud}");
}

async fn clock() {
    for tick in 1..=4 {
        sleep!(30ms).await;
        println!("tick {tick}");
    }
}
