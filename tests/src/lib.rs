//! What the test suites share: futures that count, wakers that count, and a hand on the poll.
//!
//! A claim about polls, wakes or drops is asserted as a number, after every step.
#![forbid(unsafe_code)]

#[cfg(unix)]
mod bad_waker;
mod program;
mod random;
pub mod storm;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
pub use bad_waker::BadWaker;
pub use program::{Program, ignores_ctrl_c};
pub use random::Random;

/// A number that a test and the code under test share.
///
/// ```
/// use taipan_tests::Counter;
///
/// let polls = Counter::new();
/// let seen = polls.clone();
/// seen.add();
/// assert_eq!(polls.get(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicUsize>);

impl Counter {
    /// Starts at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns the number.
    #[must_use]
    pub fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A log of words in the order in which they were said.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// Starts empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a word.
    pub fn add(&self, word: impl Into<String>) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(word.into());
    }

    /// Returns the words, separated by spaces.
    #[must_use]
    pub fn get(&self) -> String {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).join(" ")
    }
}

/// A future that counts its polls and its drop.
#[derive(Debug)]
pub struct Counted<F> {
    inner: Pin<Box<F>>,
    polls: Counter,
    drops: Counter,
}

/// Wraps `inner` so that its polls and its drop are counted.
pub fn counted<F: Future>(inner: F, polls: &Counter, drops: &Counter) -> Counted<F> {
    Counted { inner: Box::pin(inner), polls: polls.clone(), drops: drops.clone() }
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.polls.add();
        self.inner.as_mut().poll(cx)
    }
}

impl<F> Drop for Counted<F> {
    fn drop(&mut self) {
        self.drops.add();
    }
}

/// A waker that counts its wakes.
#[derive(Debug, Default)]
pub struct WakeCounter(AtomicUsize);

impl WakeCounter {
    /// Returns the counter and a waker that feeds it.
    #[must_use]
    pub fn new() -> (Arc<WakeCounter>, Waker) {
        let counter = Arc::new(WakeCounter::default());
        let waker = Waker::from(Arc::clone(&counter));
        (counter, waker)
    }

    /// Returns how often the waker was woken.
    #[must_use]
    pub fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for WakeCounter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Polls `future` once with `waker`.
pub fn poll_with<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

/// Polls `future` once with a waker that does nothing.
pub fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    poll_with(future, Waker::noop())
}

/// A one-shot flag: the code under test waits for it, the test sets it.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<Mutex<(bool, Vec<Waker>)>>);

impl Gate {
    /// Starts shut.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everybody through, now and later.
    pub fn open(&self) {
        let wakers = {
            let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            state.0 = true;
            std::mem::take(&mut state.1)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Waits until the gate is open.
    pub async fn pass(&self) {
        std::future::poll_fn(|cx| {
            let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if state.0 {
                return Poll::Ready(());
            }
            state.1.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Runs `test` on a thread of its own and gives its value or panic; panics if it takes more than a
/// minute, so that a hang fails one test and does not hold up the others.
#[track_caller]
pub fn bounded<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    const LIMIT: Duration = Duration::from_secs(60);
    let (done, ended) = mpsc::channel();
    let name = thread::current().name().unwrap_or("test").to_owned();
    let body = move || {
        let result = catch_unwind(AssertUnwindSafe(test));
        // Refused if the limit is over: then nobody is left to tell.
        let _ = done.send(result);
    };
    let thread = match thread::Builder::new().name(name).spawn(body) {
        Ok(thread) => thread,
        Err(error) => panic!("cannot start a thread for the test: {error}"),
    };
    match ended.recv_timeout(LIMIT) {
        Ok(result) => {
            drop(thread.join());
            result.unwrap_or_else(|payload| resume_unwind(payload))
        }
        Err(_) => panic!("the test did not end within {LIMIT:?}"),
    }
}

/// A value that calls a function when it is dropped.
#[derive(Debug)]
#[must_use = "it calls its function as soon as it is dropped"]
pub struct OnDrop<F: FnOnce()>(Option<F>);

/// Returns a value that calls `f` when it is dropped.
pub fn on_drop<F: FnOnce()>(f: F) -> OnDrop<F> {
    OnDrop(Some(f))
}

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(f) = self.0.take() {
            f();
        }
    }
}

/// Calls `ready`, then waits for ever. Cancelled after that, it has an asynchronous exit: `exit` runs on a
/// thread of its own, and the enclosing scope waits for its end.
pub async fn with_exit(ready: impl FnOnce(), exit: impl FnOnce() + Send + 'static) {
    let (alive, cancelled) = mpsc::channel::<()>();
    let running = Gate::new();
    let begun = running.clone();
    let call = taipan::to_thread(move || {
        begun.open();
        // Until the sender is dropped, with this future.
        let _ = cancelled.recv();
        exit();
    });
    let wait = async {
        running.pass().await;
        ready();
        std::future::pending::<()>().await;
    };
    taipan::race!(call, wait).await;
    drop(alive);
}
