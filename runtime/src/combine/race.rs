//! The first value.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::children::Children;
use super::scoped::Scoped;
use super::until::{End, Until};

/// Runs the futures concurrently and waits for the first value.
///
/// The futures are collected at once and run on the task that awaits them; nothing is spawned. The
/// losers are cancelled, and the value comes out once their async exits have run. Where an `Err` is
/// not to win, use [`race_ok`](crate::race_ok()). [`race!`](macro@crate::race) is the short way, and
/// takes futures of different types.
///
/// # Panics
///
/// Panics if there is no future: no value could ever come.
///
/// # Cancel safety
///
/// Dropped before its end, it drops all futures. While it waits for the exit of a loser, it holds the
/// winner's value, which is lost then: it is cancel safe only if no loser has an async exit.
///
/// # Fairness
///
/// A poll polls the futures in order (from 30 up only those that were woken), and of those that are
/// ready in the same poll the first one wins: the order of the arguments is their priority.
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
/// assert_eq!(taipan::race([mirror("far", 9), mirror("near", 1)]).await, "near");
/// assert_eq!(taipan::race([mirror("first", 1), mirror("second", 1)]).await, "first");
/// # });
/// ```
#[doc(alias = "select_all")]
#[track_caller]
pub fn race<I>(futures: I) -> Race<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture>,
{
    let children = Children::new(futures);
    assert!(children.len() > 0, "`race` of no future: no value could ever come");
    Race { scoped: Scoped::new(Until::new(children, |_| true)) }
}

pin_project! {
    /// Waits for the first value of several futures: see [`race`](race()).
    #[must_use = "nothing runs until it is awaited: add `.await`"]
    pub struct Race<F: Future> {
        #[pin]
        scoped: Scoped<Until<F>>,
    }
}

impl<F: Future> Future for Race<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        Poll::Ready(match ready!(self.project().scoped.poll(cx)) {
            End::Wanted(value) => value,
            End::All(_) => unreachable!("there is a future, and the first one to end wins"),
        })
    }
}

impl<F: Future> fmt::Debug for Race<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Race").finish_non_exhaustive()
    }
}
