//! Async code that a call runs and waits for.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use futures_lite::future::block_on;

use super::Cancelled;
use super::call::Current;
use super::letter::Sent;
use crate::local::Within;
use crate::sync::oneshot;
use crate::task::is_entered;

/// Runs `future` where the call that this thread runs is awaited, and blocks the thread until it has ended; returns its
/// value.
///
/// It is for the inside of [`to_thread`](crate::to_thread), [`compute`](crate::compute) and
/// [`ThreadPool::run`](crate::ThreadPool::run). The future runs in the task that awaits the call, whenever that is
/// polled: so it has that task's name, and all that limits the task, a timeout or a group, limits it. A plain
/// thread has a [`Portal`](crate::Portal).
///
/// # Errors
///
/// Gives [`Cancelled`] if the code that awaits the call is cancelled: the future is dropped then, and its async exits
/// have run when this returns. A future that is sent after that never begins. From then on the call should come to its
/// end soon: it is waited for.
///
/// # Panics
///
/// A panic of the future is passed on. Called in async code it panics, for it would block the loop that it waits for;
/// and also where no call runs.
///
/// # Examples
///
/// ```
/// use taipan::{from_thread, sync::Queue, to_thread};
///
/// taipan::run(async {
///     let lines = Queue::new(2);
///     let reader = to_thread({
///         let lines = lines.clone();
///         move || {
///             for line in ["a", "b", "c"] {
///                 // A blocking reader, say. It waits while the queue is full.
///                 from_thread({
///                     let lines = lines.clone();
///                     async move { lines.put(line).await.unwrap() }
///                 })?;
///             }
///             lines.shutdown();
///             Ok::<_, taipan::threads::Cancelled>(())
///         }
///     });
///     let consumer = async {
///         let mut seen = Vec::new();
///         while let Some(line) = lines.get().await {
///             seen.push(line);
///         }
///         seen
///     };
///     let (read, seen) = taipan::gather!(reader, consumer).await;
///     read.unwrap();
///     assert_eq!(seen, ["a", "b", "c"]);
/// });
/// ```
#[doc(alias = "run_coroutine_threadsafe")]
#[doc(alias = "from_thread.run")]
#[doc(alias = "block_on")]
#[track_caller]
pub fn from_thread<F>(future: F) -> Result<F::Output, Cancelled>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    refuse_async("from_thread");
    let Some(call) = Current::get() else {
        panic!(
            "no call of `to_thread` runs on this thread: use `from_thread` inside one, or give the thread a `Portal`"
        )
    };
    if call.control.is_cancelled() {
        return Err(Cancelled::new(call.reason()));
    }
    let (tx, rx) = oneshot::channel();
    // Of the call's locals, not of those that the code that awaits it happens to have by now.
    let future = Within::inherit(future);
    let sent = Sent::new(future, Arc::clone(&call.control), tx);
    if let Err(refused) = call.border.send(Box::pin(sent)) {
        drop(refused);
        return Err(Cancelled::new(call.reason()));
    }
    let mut rx = pin!(rx);
    let answer = block_on(poll_fn(|cx| {
        if let Poll::Ready(answer) = rx.as_mut().poll(cx) {
            return Poll::Ready(answer.ok());
        }
        // Should the run end while nobody polls the future, the end wakes us: it is marked before the wake.
        call.control.begin(cx.waker().clone());
        if call.control.core.is_closed() { Poll::Ready(None) } else { Poll::Pending }
    }));
    match answer {
        Some(Ok(Some(value))) => Ok(value),
        Some(Err(panic)) => resume_unwind(panic.read()),
        Some(Ok(None)) | None => Err(Cancelled::new(call.reason())),
    }
}

/// Returns whether the code that awaits the call on this thread was cancelled, as an error, so that `?` ends the call.
///
/// Cancelled code waits for a call that runs: one that takes long should ask now and then. Where no call runs, nobody
/// can cancel it, and the answer is `Ok`.
///
/// # Errors
///
/// Gives [`Cancelled`] if it was.
///
/// # Examples
///
/// ```
/// use taipan::threads::{Cancelled, check_cancelled};
///
/// fn primes(limit: u32) -> Result<Vec<u32>, Cancelled> {
///     let mut primes: Vec<u32> = Vec::new();
///     for n in 2..limit {
///         check_cancelled()?;
///         if primes.iter().all(|prime| n % prime != 0) {
///             primes.push(n);
///         }
///     }
///     Ok(primes)
/// }
///
/// assert_eq!(primes(12).unwrap(), [2, 3, 5, 7, 11]);
/// taipan::run(async {
///     assert_eq!(taipan::compute(|| primes(12)).await.unwrap().len(), 5);
/// });
/// ```
#[doc(alias = "from_thread.check_cancelled")]
pub fn check_cancelled() -> Result<(), Cancelled> {
    match Current::get() {
        Some(call) if call.control.is_cancelled() => Err(Cancelled::new(call.reason())),
        _ => Ok(()),
    }
}

/// Panics in async code: what blocks there would wait for the loop that it blocks.
#[track_caller]
pub(super) fn refuse_async(function: &str) {
    assert!(
        !is_entered(),
        "`{function}` was called in async code, where it would block the loop that it waits for: write `.await`"
    );
}
