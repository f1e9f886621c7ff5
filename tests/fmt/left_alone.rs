//! What rustfmt does not understand stays as it is typed.
use taipan::prelude::*;

generator! {
    async fn countdown(n: u32)->u32 {
        for n in (0..n).rev() { yield  n; }
    }
}

async fn listed(get: impl AsyncFn() -> u32) -> u32 {
    select! {
        n=get()=>n,
        timeout(2s)  => 0,
    }
}

async fn otherwise(get: impl AsyncFn() -> u32) -> Vec<u32> {
    async_for!(n in countdown(3) { if n==1 { break } } else { println!("none is 1")  });
    gather!(get()  for _ in 0..3  if true, limit=2).await
}

#[taipan::test( virtual_time,timeout=30s )]
async fn limited() {
    assert_eq!(listed(async || 1).await, 1);
}
