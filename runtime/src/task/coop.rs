//! Taking turns: how long a task runs before it lets the others run.
//!
//! A task runs until it awaits something that is not ready. If what it awaits is always ready, such as a receiver of a
//! channel that is never empty, it would run for ever, and nobody else on its thread: no task, no timer, no socket.
//! So taipan counts what a task completes in one go: values that it sends and receives, locks that it
//! takes, tasks that it awaits and that have ended, sleeps that are over, reads and writes. After 128 of them the next one makes the task wait, once, behind all
//! that are ready; then it goes on.
//!
//! Nothing is lost by that: who is made to wait has not begun. And what is ready is found ready: a
//! [`timeout`](crate::timeout()) of zero, a [`race!`](macro@crate::race) or a [`select!`](crate::select!) with a
//! default waits for its turn first, and polls then.
//!
//! Code that computes for long and awaits nothing is not interrupted: it calls [`consume_budget`] or
//! [`yield_now`](crate::yield_now) now and then, or runs in [`compute`](crate::compute()). Code outside tasks, such as a
//! foreign `block_on`, is not counted.
//!
//! # Fairness
//!
//! The futures of one task share what it may complete. Each of them completes at least one in every two polls
//! of the task, even if another one leaves nothing: so they all get on, but not equally fast. Who must not be slowed
//! down by a busy sibling is spawned.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::budget;

/// Lets the other ready tasks run if this one has run for long, and goes on at once else.
///
/// It counts as one that the task has completed. So a loop that computes may call it as often as it likes: it
/// waits only once in 128 times.
///
/// # Cancel safety
///
/// Nothing is lost if it is dropped.
///
/// # Fairness
///
/// When it waits, the task goes to the back of the run queue.
///
/// # Examples
///
/// ```
/// use taipan::task::coop::consume_budget;
///
/// taipan::run(async {
///     let mut sum = 0_u64;
///     for n in 0..10_000 {
///         sum += n;
///         consume_budget().await;
///     }
///     assert_eq!(sum, 49_995_000);
/// });
/// ```
#[doc(alias = "checkpoint")]
pub async fn consume_budget() {
    budget::come().await;
    budget::spend();
}

/// Runs a future without counting what it completes.
///
/// It then never lets the others run while all that it awaits is ready: for code that knows when it has an end.
///
/// # Cancel safety
///
/// As of the future.
///
/// # Fairness
///
/// As long as what the future awaits is ready, no other task of its thread runs.
///
/// # Examples
///
/// ```
/// use taipan::{sync::unbounded_channel, task::coop::unconstrained};
///
/// taipan::run(async {
///     let (tx, rx) = unbounded_channel();
///     (0..1000).for_each(|n| tx.try_send(n).unwrap());
///     drop(tx);
///     let sum = unconstrained(async {
///         let mut sum = 0;
///         while let Some(n) = rx.recv().await {
///             sum += n; // a thousand times in one go
///         }
///         sum
///     });
///     assert_eq!(sum.await, 499_500);
/// });
/// ```
pub fn unconstrained<F: IntoFuture>(future: F) -> Unconstrained<F::IntoFuture> {
    Unconstrained { future: future.into_future() }
}

pin_project! {
    /// Future of [`unconstrained`].
    #[derive(Debug)]
    #[must_use = "nothing runs until it is awaited: add `.await`"]
    pub struct Unconstrained<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Unconstrained<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _lifted = budget::lift();
        self.project().future.poll(cx)
    }
}
