//! All values, in order.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::children::Children;

/// Runs the futures concurrently and waits for all their values, in the order of the arguments.
///
/// The futures are collected at once and run on the task that awaits them; nothing is spawned. An
/// `Err` is a value like any other and disturbs nobody: use [`try_gather`](crate::try_gather()) where
/// the first error is to end the others. [`gather!`](macro@crate::gather) is the short way.
///
/// # Cancel safety
///
/// Dropped before its end, it drops the futures that have not ended, and the values of those that
/// have.
///
/// # Fairness
///
/// A poll polls each future at most once, in order; from 30 futures up only those that were woken.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// async fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// assert_eq!(taipan::gather((1..=3).map(square)).await, [1, 4, 9]);
/// assert_eq!(taipan::gather((1..=1000).map(square)).limit(8).await.len(), 1000);
/// # });
/// ```
#[doc(alias = "join_all")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn gather<I>(futures: I) -> Gather<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture>,
{
    Gather { children: Some(Children::new(futures)) }
}

/// Waits for the values of several futures: see [`gather`](gather()).
#[must_use = "nothing runs until it is awaited: add `.await`"]
pub struct Gather<F: Future> {
    /// `None`: the values have been given.
    children: Option<Children<F>>,
}

impl<F: Future> Gather<F> {
    /// Bounds how many of the futures run at once: the others are first polled when one has ended.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    ///
    /// # taipan::run(async {
    /// let (running, most) = (Cell::new(0), Cell::new(0));
    /// let work = (0..10).map(async |_| {
    ///     running.set(running.get() + 1);
    ///     most.set(most.get().max(running.get()));
    ///     taipan::yield_now().await;
    ///     running.set(running.get() - 1);
    /// });
    /// taipan::gather(work).limit(3).await;
    /// assert_eq!(most.get(), 3);
    /// # });
    /// ```
    #[track_caller]
    pub fn limit(mut self, limit: usize) -> Self {
        if let Some(children) = &mut self.children {
            children.set_limit(limit);
        }
        self
    }
}

/// The futures stand in boxes.
impl<F: Future> Unpin for Gather<F> {}

impl<F: Future> Future for Gather<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let children = self.children.as_mut().expect("polled after its end");
        let ended_early = ready!(children.poll(cx, |_| false)).is_some();
        debug_assert!(!ended_early);
        Poll::Ready(self.children.take().map_or_else(Vec::new, Children::into_outputs))
    }
}

impl<F: Future> fmt::Debug for Gather<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let futures = self.children.as_ref().map_or(0, Children::len);
        f.debug_struct("Gather").field("futures", &futures).finish_non_exhaustive()
    }
}
