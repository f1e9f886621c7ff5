//! The macro in the body awaits the permit that the future may have.
#![deny(warnings)]

use std::pin::pin;
use std::sync::Arc;
use taipan::prelude::*;
use taipan::sync::Semaphore;

async fn work(permits: &Semaphore) {
    let _permit = permits.acquire().await;
    sleep!(1m).await;
}

async fn f(permits: Arc<Semaphore>) {
    let mut work = pin!(work(&permits));
    select! {
        () = work.as_mut() => {}
        timeout(1s) => with!(_ = permits.clone().acquire_owned().await, {
            println!("alone");
        }),
    }
}

fn main() {
    taipan::run(f(Arc::new(Semaphore::new(1))));
}
