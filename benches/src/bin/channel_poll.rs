//! A value on its way through a channel, N times, polled by hand: what `benches/instructions.sh` counts the
//! instructions of.
//!
//! `channel_poll taipan|queue|tokio KIND N`: through taipan's channel, its queue, or tokio's channel. The kinds:
//!
//! - `pass`: who sends finds room, and who receives finds the value;
//! - `first`: who receives comes first, and waits;
//! - `full`: who sends finds no room, and waits until the value before it was received;
//! - `batch`: 64 values are sent, and then received;
//! - `stream`: as `batch`, received by polling the receiver (of the queue: its stream).
#![forbid(unsafe_code)]

use std::future::poll_fn;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

use futures_lite::StreamExt;
use taipan::sync::{self as taipan_sync, Queue, Taken};
use tokio::sync::mpsc as tokio_sync;

const ROOM: usize = 64;

trait Sends {
    fn send(&self, value: u64) -> impl Future<Output = bool>;
}

trait Receives {
    fn recv(&mut self) -> impl Future<Output = Option<u64>>;

    /// The same, for a `for` loop.
    fn stream(&mut self) -> impl FnMut(&mut Context<'_>) -> Poll<Option<u64>>;
}

impl Sends for taipan_sync::Sender<u64> {
    async fn send(&self, value: u64) -> bool {
        self.send(value).await.is_ok()
    }
}

impl Receives for taipan_sync::Receiver<u64> {
    async fn recv(&mut self) -> Option<u64> {
        (*self).recv().await
    }

    fn stream(&mut self) -> impl FnMut(&mut Context<'_>) -> Poll<Option<u64>> {
        |cx| self.poll_next(cx)
    }
}

impl Sends for Queue<u64> {
    async fn send(&self, value: u64) -> bool {
        self.put(value).await.is_ok()
    }
}

impl Receives for Queue<u64> {
    async fn recv(&mut self) -> Option<u64> {
        self.get().await
    }

    fn stream(&mut self) -> impl FnMut(&mut Context<'_>) -> Poll<Option<u64>> {
        let mut stream = Queue::stream(self);
        move |cx| stream.poll_next(cx).map(|taken| taken.map(Taken::into_inner))
    }
}

impl Sends for tokio_sync::Sender<u64> {
    async fn send(&self, value: u64) -> bool {
        self.send(value).await.is_ok()
    }
}

impl Receives for tokio_sync::Receiver<u64> {
    async fn recv(&mut self) -> Option<u64> {
        self.recv().await
    }

    fn stream(&mut self) -> impl FnMut(&mut Context<'_>) -> Poll<Option<u64>> {
        |cx| self.poll_recv(cx)
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    black_box(future.poll(&mut Context::from_waker(Waker::noop())))
}

/// The output of a future that need not wait.
fn now<F: Future>(future: F) -> F::Output {
    ended(pin!(future))
}

/// The output of a future that need not wait any more.
fn ended<F: Future>(future: Pin<&mut F>) -> F::Output {
    let Poll::Ready(output) = poll(future) else { panic!("it need not wait") };
    output
}

fn waits<F: Future>(future: Pin<&mut F>) {
    assert!(poll(future).is_pending(), "it has to wait");
}

/// Sends and receives the numbers below `times`; their sum, or `None` if there is no such kind.
fn run<S: Sends, R: Receives>(
    kind: &str,
    times: u64,
    channel: impl FnOnce(usize) -> (S, R),
) -> Option<u64> {
    let mut sum = 0;
    let (tx, mut rx) = channel(if kind == "full" { 1 } else { ROOM });
    match kind {
        "pass" => {
            for n in 0..times {
                assert!(now(tx.send(n)));
                sum += now(rx.recv())?;
            }
        }
        "first" => {
            for n in 0..times {
                let mut recv = pin!(rx.recv());
                waits(recv.as_mut());
                assert!(now(tx.send(n)));
                sum += ended(recv)?;
            }
        }
        "full" => {
            assert!(now(tx.send(0)));
            for n in 1..times {
                let mut send = pin!(tx.send(n));
                waits(send.as_mut());
                sum += now(rx.recv())?;
                assert!(ended(send));
            }
            sum += now(rx.recv())?;
        }
        "batch" => {
            for start in (0..times).step_by(ROOM) {
                let batch = start..times.min(start + ROOM as u64);
                batch.clone().for_each(|n| assert!(now(tx.send(n))));
                for _ in batch {
                    sum += now(rx.recv())?;
                }
            }
        }
        "stream" => {
            let mut stream = rx.stream();
            for start in (0..times).step_by(ROOM) {
                let batch = start..times.min(start + ROOM as u64);
                batch.clone().for_each(|n| assert!(now(tx.send(n))));
                for _ in batch {
                    sum += now(poll_fn(&mut stream))?;
                }
            }
        }
        _ => return None,
    }
    Some(sum)
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [side, kind, times] = &args[..] else { return usage() };
    let Ok(times) = times.parse::<u64>() else { return usage() };
    let sum = match &**side {
        "taipan" => run(kind, times, taipan_sync::channel),
        "queue" => run(kind, times, |room| {
            let queue = Queue::new(room);
            (queue.clone(), queue)
        }),
        "tokio" => run(kind, times, tokio_sync::channel),
        _ => None,
    };
    let Some(sum) = sum else { return usage() };
    assert_eq!(sum, (0..times).sum());
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: channel_poll taipan|queue|tokio pass|first|full|batch|stream N");
    ExitCode::from(2)
}
