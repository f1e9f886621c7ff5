//! What `select!` says nothing about, and how a warning is silenced.
#![deny(warnings)]

use std::io::Result;
use std::pin::pin;
use std::time::Duration;

use futures_lite::future;
use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use futures_lite::stream::{self, StreamExt};
use taipan::prelude::*;
use taipan::sync::{Mutex, oneshot};
use taipan::{CancelUnsafe, cancel_unsafe};

async fn save() {
    yield_now().await;
}

/// An `async fn` says nothing of what it awaits.
async fn head(mut source: &[u8]) -> Result<[u8; 4]> {
    let mut head = [0; 4];
    source.read_exact(&mut head).await?;
    Ok(head)
}

fn promised(source: &mut &[u8]) -> impl Future<Output = Result<()>> + CancelUnsafe {
    struct Read<'a, 'b>(&'a mut &'b [u8]);

    impl Future for Read<'_, '_> {
        type Output = Result<()>;

        fn poll(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<()>> {
            *self.0 = &self.0[1..];
            std::task::Poll::Ready(Ok(()))
        }
    }

    impl CancelUnsafe for Read<'_, '_> {}

    Read(source)
}

async fn owned_futures_that_lose_nothing() {
    let mut source = &b"head"[..];
    let (mut all, mut some) = (Vec::new(), [0; 1]);
    for _ in 0..3 {
        select!(match (
            a = head(b"head"),
            b = source.read_to_end(&mut all),
            c = stream::repeat(1).next(),
            d = spawn(async { 1 }),
            e = Box::pin(save()),
            f = future::ready(Default::default())
        ) {
            a(Ok(_)) | a(Err(_)) => {}
            b => {}
            c(_) => {}
            d(_) => {}
            e => {}
            f(()) => {}
        });
        select! {
            _ = (&b"a"[..]).read(&mut some) => save().await,
            () = save() => save().await,
        }
    }
}

async fn a_loss_that_is_meant() -> Result<()> {
    let (mut source, mut head) = (&b"head"[..], [0; 2]);
    select!(match (read = cancel_unsafe(source.read_exact(&mut head)), late = sleep!(1m)) {
        read(result) => result?,
        late => {}
    });
    select! {
        result = cancel_unsafe(promised(&mut source)) => result?,
        all = cancel_unsafe(stream::iter([1]).collect::<Vec<_>>()) => assert_eq!(all, [1]),
    }
    // Allowed where the macro stands: it is not a statement that an attribute could reach.
    #[allow(deprecated)]
    let written = select! { written = Vec::new().write_all(b"a") => written };
    #[allow(deprecated)]
    {
        select!(match (read = source.read_exact(&mut [])) { read(_) => {} });
    }
    written
}

async fn kept_futures() -> Result<()> {
    let total = Mutex::new(0);
    let (mut source, mut head) = (&b"head"[..], [0; 4]);
    let mut read = source.read_exact(&mut head);
    let mut late = sleep(Duration::from_secs(60));
    let mut late_too = pin!(sleep(Duration::from_secs(60)));
    let mut task = spawn(async { 1 });
    let (_sender, mut answer) = oneshot::channel::<()>();
    let mut boxed = Box::pin(async { 1 });
    for round in 0..2 {
        // The first body awaits while the others' futures are kept; none of these holds anything.
        select!(match (
            biased,
            round = when(round == 0, || save()),
            answer = &mut answer,
            read = &mut read,
            late = &mut late,
            late_too = late_too.as_mut(),
            task = &mut task
        ) {
            round => *total.lock().await += 1,
            answer(_) => {}
            read(_) | late | late_too => break,
            task(_) => {}
        });
    }
    let mut work = pin!(async {
        *total.lock().await += 1;
        yield_now().await;
        1
    });
    for _ in 0..2 {
        select!(match (tick = yield_now(), work = &mut work) {
            // It awaits the very future, or in code of its own.
            tick => {
                let later = async || total.lock().await;
                let task = spawn(async { save().await });
                drop((later, task, sleep!(1s)));
                timeout!(1m, &mut work).await.unwrap();
                break;
            }
            // Its own body: it has ended.
            work(n) => {
                assert_eq!(n, 1);
                save().await;
                break;
            }
        });
    }
    #[allow(deprecated)]
    loop {
        select! {
            n = &mut boxed => break assert_eq!(n, 1),
            () = yield_now() => save().await, // `boxed` holds nothing, which only its author knows
        }
    }
    Ok(())
}

fn main() {
    taipan::run(async {
        owned_futures_that_lose_nothing().await;
        a_loss_that_is_meant().await.unwrap();
        kept_futures().await.unwrap();
    });
}
