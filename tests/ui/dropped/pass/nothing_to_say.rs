//! Values that may be thrown away, and types that rustc does not know yet.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::fmt;

use taipan::prelude::*;

async fn save() {}

async fn fail() -> Result<(), fmt::Error> {
    Err(fmt::Error)
}

struct Handle;

impl IntoFuture for Handle {
    type Output = ();
    type IntoFuture = std::future::Ready<()>;

    fn into_future(self) -> Self::IntoFuture {
        std::future::ready(())
    }
}

/// A handle of another runtime, which is a future.
fn spawn_elsewhere() -> impl Future<Output = ()> {
    std::future::ready(())
}

fn handle() -> Handle {
    Handle
}

#[taipan::main]
async fn main() {
    let _ = "5".parse::<u32>();
    let _ = std::env::var("NO_SUCH_VARIABLE");
    let _ = fail().await;
    let _ = timeout!(1m, fail()).await;
    let _ = spawn(save());
    let _ = spawn_elsewhere();
    let _ = handle();
    let _ = (1, String::new());
    drop(String::from("x"));
    drop(vec![String::new()].pop());

    let mut numbers = Default::default();
    let _ = std::mem::take(&mut numbers);
    drop(std::mem::replace(&mut numbers, Vec::new()));
    let known: Vec<u8> = numbers;
    assert!(known.is_empty());

    let mut stack = Vec::new();
    let _ = stack.pop();
    drop(stack.drain(..));
    stack.push(1_u8);

    let mut saving = Box::pin(save());
    assert!(timeout!(1m, &mut saving).await.is_ok());
    drop(saving); // this is how a future is cancelled

    let semaphore = taipan::sync::Semaphore::new(1);
    let _permit = semaphore.acquire().await;
    let mutex = taipan::sync::Mutex::new(1);
    drop(mutex.lock().await); // this waits until it is free

    gather!(for _ in 0..2 {
        save()
    })
    .await;
    let _ = gather!(for _ in 0..2 {
        fail()
    })
    .await;
    for result in gather!(for _ in 0..2 {
        fail()
    })
    .await
    {
        assert!(result.is_err());
    }
}
