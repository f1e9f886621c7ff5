//! The future may hold the lock that the body waits for.
#![deny(warnings)]

use std::pin::pin;
use taipan::prelude::*;
use taipan::sync::Mutex;

async fn count(total: &Mutex<u32>) {
    let mut total = total.lock().await;
    sleep!(1m).await;
    *total += 1;
}

async fn f(total: Mutex<u32>) {
    let mut count = pin!(count(&total));
    loop {
        select!(match (end = &mut count, tick = sleep!(1s)) {
            end => break,
            tick => println!("{} so far", *total.lock().await),
        });
    }
}

fn main() {
    taipan::run(f(Mutex::new(0)));
}
