//! All values, or the first error.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::children::Children;
use super::scoped::Scoped;
use super::until::{End, Until};

/// Runs the futures concurrently and waits for all their values, in the order of the arguments, or
/// for the first error.
///
/// The futures are collected at once and run on the task that awaits them; nothing is spawned. The
/// first error cancels the futures that have not ended and comes out once their async exits have run.
/// [`try_gather!`](macro@crate::try_gather) is the short way, and takes futures of different types.
///
/// # Errors
///
/// Returns the error that came first. Of two that come in the same poll, the one whose future stands
/// first.
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
/// async fn parse(text: &str) -> Result<i32, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// assert_eq!(taipan::try_gather(["1", "2"].map(parse)).await, Ok(vec![1, 2]));
/// assert!(taipan::try_gather(["1", "two"].map(parse)).limit(1).await.is_err());
/// # });
/// ```
#[doc(alias = "gather")]
#[doc(alias = "try_join_all")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn try_gather<I, T, E>(futures: I) -> TryGather<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture<Output = Result<T, E>>>,
{
    TryGather { children: Some(Children::new(futures)), scoped: None }
}

pin_project! {
    /// Waits for the values of several futures or for the first error: see
    /// [`try_gather`](try_gather()).
    #[must_use = "nothing runs until it is awaited: add `.await`"]
    pub struct TryGather<F: Future> {
        // Until the first poll: the scope then owns them.
        children: Option<Children<F>>,
        #[pin]
        scoped: Option<Scoped<Until<F>>>,
    }
}

impl<F: Future> TryGather<F> {
    /// Bounds how many of the futures run at once: the others are first polled when one has ended.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// let checks = (0..100).map(async |n| if n < 50 { Ok(n) } else { Err(n) });
    /// assert_eq!(taipan::try_gather(checks).limit(4).await, Err(50));
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

impl<F, T, E> Future for TryGather<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<Vec<T>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(children) = this.children.take() {
            this.scoped.set(Some(Scoped::new(Until::new(children, Result::is_err))));
        }
        let scoped = this.scoped.as_pin_mut().expect("set by the first poll");
        Poll::Ready(match ready!(scoped.poll(cx)) {
            End::Wanted(Err(error)) => Err(error),
            End::Wanted(Ok(_)) => unreachable!("an `Ok` ends nothing"),
            End::All(results) => results.into_iter().collect(),
        })
    }
}

impl<F: Future> fmt::Debug for TryGather<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryGather").finish_non_exhaustive()
    }
}
