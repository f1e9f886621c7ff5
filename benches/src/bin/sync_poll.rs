//! The primitives of `taipan::sync` beside tokio's, polled by hand, without a runtime: what
//! `benches/instructions.sh` counts the instructions of.
//!
//! `sync_poll KIND OF N`: N rounds. OF: `taipan`, `tokio`. KIND:
//!
//! - `oneshot`: makes the ends, polls the receiver, sends, polls it again.
//! - `oneshot-sent`: sends first, and polls once.
//! - `lock`: locks a mutex that is free, and unlocks it.
//! - `lock-handoff`: a second one waits for the mutex, and has it when the first unlocks it.
//! - `permit`, `permit-handoff`: the same with a permit of a semaphore, of which there are 3 (or 1).
//! - `read`: locks a lock for readers and writers that is free, to read.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

/// Polls a future that has to wait.
macro_rules! pending {
    ($cx:ident, $future:ident) => {
        assert!($future.as_mut().poll(&mut $cx).is_pending(), "it has to wait")
    };
}

/// Polls a future that need not wait.
macro_rules! ready {
    ($cx:ident, $future:expr) => {
        match $future.poll(&mut $cx) {
            Poll::Ready(output) => output,
            Poll::Pending => unreachable!("it need not wait"),
        }
    };
}

/// The rounds of one library; its names differ in how their results are unwrapped.
macro_rules! rounds {
    (
        $name:ident: $sync:path;
        received: |$received:ident| $value:expr,
        acquired: |$acquired:ident| $permit:expr,
    ) => {
        mod $name {
            use super::*;
            use $sync::{Mutex, RwLock, Semaphore, oneshot};

            /// Whether there is such a kind.
            pub(crate) fn run(kind: &str, times: u32) -> bool {
                let mut cx = Context::from_waker(Waker::noop());
                match kind {
                    "oneshot" => {
                        for n in 0..times {
                            let (tx, rx) = oneshot::channel();
                            let mut rx = pin!(rx);
                            pending!(cx, rx);
                            assert!(tx.send(black_box(n)).is_ok(), "the receiver lives");
                            let $received = ready!(cx, rx.as_mut());
                            assert_eq!($value, n);
                        }
                    }
                    "oneshot-sent" => {
                        for n in 0..times {
                            let (tx, rx) = oneshot::channel();
                            assert!(tx.send(black_box(n)).is_ok(), "the receiver lives");
                            let $received = ready!(cx, pin!(rx));
                            assert_eq!($value, n);
                        }
                    }
                    "lock" => {
                        let mutex = black_box(Mutex::new(0));
                        for _ in 0..times {
                            *ready!(cx, pin!(mutex.lock())) += 1;
                        }
                        assert_eq!(mutex.into_inner(), times);
                    }
                    "lock-handoff" => {
                        let mutex = black_box(Mutex::new(0));
                        let mut guard = ready!(cx, pin!(mutex.lock()));
                        for _ in 0..times {
                            let mut next = pin!(mutex.lock());
                            pending!(cx, next);
                            drop(guard);
                            guard = ready!(cx, next);
                            *guard += 1;
                        }
                        assert_eq!(*guard, times);
                    }
                    "permit" => {
                        let semaphore = black_box(Semaphore::new(3));
                        for _ in 0..times {
                            let $acquired = ready!(cx, pin!(semaphore.acquire()));
                            drop(black_box($permit));
                        }
                        assert_eq!(semaphore.available_permits(), 3);
                    }
                    "permit-handoff" => {
                        let semaphore = black_box(Semaphore::new(1));
                        let $acquired = ready!(cx, pin!(semaphore.acquire()));
                        let mut permit = $permit;
                        for _ in 0..times {
                            let mut next = pin!(semaphore.acquire());
                            pending!(cx, next);
                            drop(permit);
                            let $acquired = ready!(cx, next);
                            permit = $permit;
                        }
                        drop(permit);
                        assert_eq!(semaphore.available_permits(), 1);
                    }
                    "read" => {
                        let lock = black_box(RwLock::new(1));
                        let mut sum = 0;
                        for _ in 0..times {
                            sum += *ready!(cx, pin!(lock.read()));
                        }
                        assert_eq!(sum, times);
                    }
                    _ => return false,
                }
                true
            }
        }
    };
}

rounds! {
    of_taipan: taipan::sync;
    received: |received| received.expect("the sender has sent"),
    acquired: |acquired| acquired,
}

rounds! {
    of_tokio: tokio::sync;
    received: |received| received.expect("the sender has sent"),
    acquired: |acquired| acquired.expect("it is not closed"),
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [kind, of, times] = &args[..] else { return usage() };
    let Ok(times) = times.parse() else { return usage() };
    let run = match &**of {
        "taipan" => of_taipan::run,
        "tokio" => of_tokio::run,
        _ => return usage(),
    };
    if run(kind, times) { ExitCode::SUCCESS } else { usage() }
}

fn usage() -> ExitCode {
    eprintln!("usage: sync_poll KIND taipan|tokio N");
    ExitCode::from(2)
}
