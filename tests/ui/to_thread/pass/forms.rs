//! A function, a closure that moves what it owns, a call that is spawned, and the way back.

use taipan::{Portal, ThreadPool, compute, from_thread, spawn, to_thread};

fn answer() -> u32 {
    42
}

#[taipan::main]
async fn main() -> taipan::Result {
    assert_eq!(to_thread(answer).await, 42);
    let text = "shh".to_owned();
    assert_eq!(compute(move || text.to_uppercase()).await, "SHH");
    let pool = ThreadPool::builder(2).name("pool").build();
    assert_eq!(spawn(pool.run(answer)).await?, 42);
    assert_eq!(pool.run(|| from_thread(async { 42 })).await?, 42);
    let portal = Portal::current();
    assert_eq!(to_thread(move || portal.call(async { 42 })).await?, 42);
    pool.close().await;
    Ok(())
}
