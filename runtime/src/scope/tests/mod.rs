//! The invariants of a scope, polled by hand.
//!
//! 1. A guard's cleanup runs exactly once.
//! 2. A scope reports nothing before what was deferred to it has run.
//! 3. What is chained ends inner before outer; what is not runs concurrently.
//! 4. After a cancellation nothing of the child is polled.
//! 5. A cleanup that has begun is never cancelled: it moves up, half run.
//! 6. What is deferred during a poll is polled in that poll.
//! 7. A panic stops no cleanup and is not lost; the body's goes before a cleanup's.
//! 8. The thread's list is consistent after every unwind.
//!
//! # The files
//!
//! 1. `deferral`: invariants 1 to 6.
//! 2. `panics`: invariants 7 and 8.
//! 3. `host`: outside every scope, and on other threads.
//! 4. `every_poll`: all of them, cut off at every poll of one scenario.

mod deferral;
mod every_poll;
mod host;
mod panics;

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::cleanups::{DEFERRED, HEIGHT};
use super::defer;

/// What was said, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, word: impl Into<String>) {
        self.0.lock().unwrap().push(word.into());
    }

    /// The words since the last call.
    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(" ")
    }
}

/// Pending `polls` times, waking itself: a poll by hand is one step.
async fn steps(polls: usize) {
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Dropped, it defers a cleanup that says `-name`, takes `polls` further polls, and says `name`.
struct Guard {
    log: Log,
    name: &'static str,
    polls: usize,
    end: End,
    inner: Option<Box<Guard>>,
    /// Its cleanup is chained into another one.
    chained: bool,
}

/// How a guard's cleanup ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Well,
    /// With a panic that carries the guard's name.
    Panic,
    /// It defers one more, by the name `again`.
    Again,
}

impl Guard {
    fn new(log: &Log, name: &'static str, polls: usize) -> Guard {
        Guard { log: log.clone(), name, polls, end: End::Well, inner: None, chained: false }
    }

    fn ends(mut self, end: End) -> Guard {
        self.end = end;
        self
    }

    /// Runs the cleanup of `inner` before its own.
    fn around(mut self, inner: Guard) -> Guard {
        self.inner = Some(Box::new(inner));
        self
    }

    fn cleanup(&mut self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (log, name, polls, end) = (self.log.clone(), self.name, self.polls, self.end);
        let inner = self.inner.take().map(|mut inner| {
            inner.chained = true;
            inner.cleanup()
        });
        Box::pin(async move {
            if let Some(inner) = inner {
                inner.await;
            }
            log.add(format!("-{name}"));
            steps(polls).await;
            log.add(name);
            match end {
                End::Well => {}
                End::Panic => panic_any(name),
                End::Again => drop(Guard::new(&log, "again", polls)),
            }
        })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.chained {
            defer(None, self.cleanup());
        }
    }
}

fn step<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls to the end, within 1000 polls.
fn finish<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    for _ in 0..1000 {
        if let Poll::Ready(output) = step(future.as_mut()) {
            return output;
        }
    }
    panic!("it does not end")
}

/// What `f` panics with.
fn panicked<R>(f: impl FnOnce() -> R) -> &'static str {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => "nothing",
        Err(payload) => words(&*payload),
    }
}

fn words(payload: &(dyn Any + Send)) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or("something else")
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any("destructor");
    }
}

/// Checks that `deferred` cleanups on this thread wait to be claimed, and that the height says so.
#[track_caller]
fn assert_consistent(deferred: usize) {
    let found = DEFERRED.with_borrow(Vec::len);
    // Outside every scope the height is 0.
    let height = HEIGHT.get().saturating_sub(1);
    assert_eq!((found, height), (deferred, deferred));
}
