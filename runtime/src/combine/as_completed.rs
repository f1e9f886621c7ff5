//! All values, as they come.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::children::Children;

/// Runs the futures concurrently and gives their values one by one, in the order in which they come.
///
/// The futures are collected at once, are first polled together when the first value is asked for, and run on the
/// task that asks; nothing is spawned. Between two values they stand still, unless they are tasks: those run by
/// themselves. What gives its place in the arguments with the value, gives it itself:
/// `urls.iter().map(async |url| (url, fetch(url).await))`.
///
/// Leaving the loop early, or dropping the stream, cancels the futures that have not ended, and tasks that were given
/// by value; the enclosing scope waits for their async exits. Tasks given by reference are only watched. To go on
/// with the rest later, keep the stream.
///
/// # Cancel safety
///
/// [`next`](AsCompleted::next) loses nothing when it is dropped: the next call goes on where it was.
///
/// # Fairness
///
/// A poll polls each future at most once, in order (from 30 up only those that were woken): of those that have
/// ended between two polls, the one that stands first comes first. All that have ended are given before the others
/// are polled again.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// async fn mirror(name: &str, polls: u32) -> &str {
///     for _ in 0..polls {
///         taipan::yield_now().await;
///     }
///     name
/// }
///
/// let mut mirrors = taipan::as_completed([mirror("far", 9), mirror("near", 1), mirror("lost", 99)]);
/// assert_eq!(mirrors.next().await, Some("near"));
/// assert_eq!(mirrors.next().await, Some("far"));
/// drop(mirrors); // "lost" is cancelled
/// # });
/// ```
#[doc(alias = "FuturesUnordered")]
#[doc(alias = "buffer_unordered")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn as_completed<I>(futures: I) -> AsCompleted<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture>,
{
    AsCompleted { children: Children::new(futures), ended: VecDeque::new() }
}

/// Stream of the values of several futures: see [`as_completed`].
#[must_use = "nothing runs until values are asked for: `while let Some(value) = stream.next().await { .. }`"]
pub struct AsCompleted<F: Future> {
    children: Children<F>,
    /// Came together with the last one, and not given yet.
    ended: VecDeque<F::Output>,
}

impl<F: Future> AsCompleted<F> {
    /// Bounds how many of the futures run at once, or have ended and wait for their value to be taken: the others are
    /// first polled when a value was taken.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// use std::cell::Cell;
    ///
    /// let started = Cell::new(0);
    /// let work = (0..10).map(async |n| {
    ///     started.set(started.get() + 1);
    ///     n
    /// });
    /// let mut values = taipan::as_completed(work).limit(3);
    /// assert_eq!(values.next().await, Some(0));
    /// assert_eq!(started.get(), 3);
    /// # });
    /// ```
    #[track_caller]
    pub fn limit(mut self, limit: usize) -> Self {
        self.children.set_limit(limit);
        self
    }

    /// Returns the next value; `None`: all were given.
    ///
    /// # Cancel safety
    ///
    /// It loses nothing when it is dropped.
    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|cx| self.children.poll_next(cx, &mut self.ended)).await
    }
}

/// The futures stand in boxes.
impl<F: Future> Unpin for AsCompleted<F> {}

impl<F: Future> Stream for AsCompleted<F> {
    type Item = F::Output;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let AsCompleted { children, ended } = &mut *self;
        children.poll_next(cx, ended)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.children.left();
        (left, Some(left))
    }
}

impl<F: Future> fmt::Debug for AsCompleted<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted").field("left", &self.children.left()).finish_non_exhaustive()
    }
}
