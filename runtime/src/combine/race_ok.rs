//! The first `Ok`, or all errors.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::all_failed::AllFailed;
use super::children::Children;
use super::scoped::Scoped;
use super::until::{End, Until};

/// Runs the futures concurrently and waits for the first `Ok`.
///
/// The futures are collected at once and run on the task that awaits them; nothing is spawned. The
/// losers are cancelled, and the value comes out once their async exits have run.
/// [`race_ok!`](macro@crate::race_ok) is the short way, and takes futures of different types.
///
/// # Errors
///
/// Returns all errors, in the order of the arguments, if every future fails; so none, if there is no
/// future.
///
/// # Cancel safety
///
/// Dropped before its end, it drops all futures, and the errors so far. While it waits for the exit
/// of a loser, it holds the winner's value, which is lost then: it is cancel safe only if no loser
/// has an async exit.
///
/// # Fairness
///
/// A poll polls the futures in order (from 30 up only those that were woken), and of those that
/// succeed in the same poll the first one wins: the order of the arguments is their priority.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// async fn connect(port: u16) -> Result<u16, String> {
///     if port == 443 { Ok(port) } else { Err(format!("{port} refused")) }
/// }
///
/// assert_eq!(taipan::race_ok([80, 443].map(connect)).await.unwrap(), 443);
/// let failed = taipan::race_ok([80, 81].map(connect)).await.unwrap_err();
/// assert_eq!(failed.to_string(), "all 2 failed: 80 refused; 81 refused");
/// # });
/// ```
#[doc(alias = "staggered_race")]
#[doc(alias = "select_ok")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn race_ok<I, T, E>(futures: I) -> RaceOk<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture<Output = Result<T, E>>>,
{
    RaceOk { scoped: Scoped::new(Until::new(Children::new(futures), Result::is_ok)) }
}

pin_project! {
    /// Waits for the first `Ok` of several futures: see [`race_ok`](race_ok()).
    #[must_use = "nothing runs until it is awaited: add `.await`"]
    pub struct RaceOk<F: Future> {
        #[pin]
        scoped: Scoped<Until<F>>,
    }
}

impl<F, T, E> Future for RaceOk<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<T, AllFailed<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(self.project().scoped.poll(cx)) {
            End::Wanted(Ok(value)) => Ok(value),
            End::Wanted(Err(_)) => unreachable!("an error ends nothing"),
            End::All(results) => {
                Err(AllFailed::new(results.into_iter().filter_map(Result::err).collect()))
            }
        })
    }
}

impl<F: Future> fmt::Debug for RaceOk<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RaceOk").finish_non_exhaustive()
    }
}
