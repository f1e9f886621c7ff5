//! A timeout whose deadline stays where it is.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::{Elapsed, IntoDeadline, Limit};
use crate::budget::Turn;
use crate::scope::Scope;
use crate::time::{Clock, Instant, Timer};

/// Runs `future` for no longer than `limit`, which counts from this call.
///
/// Gives the future's value if it ends in time. At the deadline it is cancelled: it is dropped where it
/// waits, the async exits inside it run, and then `Err(Elapsed)` comes out. So a timeout may take longer
/// than its limit: by what the exits take. A future that had ended when the deadline came, and only had
/// cleanups left to run, keeps its value.
///
/// The future is polled before the clock is asked: one that is ready gives its value even with a limit of
/// zero, and a limit of zero ends one that waits at its first `.await` that does. Code that blocks the
/// thread is not interrupted.
///
/// To move the deadline while the future runs, use [`timeout_with`](crate::timeout::timeout_with). To end quietly,
/// ask for `.await.ok()`.
///
/// # Errors
///
/// [`Elapsed`] if the future was cancelled at the deadline.
///
/// # Panics
///
/// A panic of the future, or of an exit inside it, comes out in place of the value or the error, after all
/// its exits have run.
///
/// # Cancel safety
///
/// Dropped while it waits, it cancels the future; exits that have not run go to the scope that drops it,
/// which waits for them. Whether the future can be started again is up to the future. To keep one that
/// takes too long, pass a reference: `timeout(limit, &mut future)`, with a pinned one.
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use std::time::Duration;
/// use taipan::timeout;
///
/// # taipan::run(async {
/// let value = timeout(Duration::from_secs(5), async { 7 }).await;
/// assert_eq!(value, Ok(7));
///
/// let late = timeout(Duration::from_millis(1), pending::<()>()).await;
/// assert_eq!(late.unwrap_err().to_string(), "timed out after 1ms");
/// # });
/// ```
#[doc(alias = "wait_for")]
#[doc(alias = "fail_after")]
#[doc(alias = "move_on_after")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn timeout<F: IntoFuture>(limit: impl IntoDeadline, future: F) -> Timeout<F::IntoFuture> {
    limited(limit.into_limit(), future)
}

/// As [`timeout`], for a limit that has been judged.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn limited<F: IntoFuture>(limit: Limit, future: F) -> Timeout<F::IntoFuture> {
    Timeout::new(limit.timer(Clock::current()), limit.duration(), future.into_future())
}

/// Runs `future` until `deadline` at the latest: [`timeout`] with a point in time.
///
/// # Errors
///
/// [`Elapsed`] if the future was cancelled at the deadline.
///
/// # Panics
///
/// As [`timeout`].
///
/// # Cancel safety
///
/// As [`timeout`].
///
/// # Examples
///
/// ```
/// use std::future::{pending, ready};
/// use taipan::time::Instant;
/// use taipan::timeout_at;
///
/// # taipan::run(async {
/// let now = Instant::now();
/// assert_eq!(timeout_at(now, ready(7)).await, Ok(7));
/// let late = timeout_at(now, pending::<()>()).await;
/// assert_eq!(late.unwrap_err().to_string(), "deadline has elapsed");
/// # });
/// ```
#[doc(alias = "fail_at")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    timeout(deadline, future)
}

pin_project! {
    /// Future of [`timeout`] and [`timeout_at`].
    #[must_use = "a timeout does nothing until it is awaited: write `.await`"]
    pub struct Timeout<F: Future> {
        #[pin]
        body: Scope<F>,
        timer: Timer,
        limit: Option<Duration>,
        // Whether the body was cancelled at the deadline.
        expired: bool,
        turn: Turn,
    }
}

impl<F: Future> Timeout<F> {
    pub(super) fn new(timer: Timer, limit: Option<Duration>, body: F) -> Timeout<F> {
        Timeout { body: Scope::new(body), timer, limit, expired: false, turn: Turn::default() }
    }

    /// Returns the time at which the future is cancelled; `None`: never.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::ready;
    /// use taipan::time::Instant;
    /// use taipan::{timeout, timeout_at};
    ///
    /// let deadline = Instant::now();
    /// assert_eq!(timeout_at(deadline, ready(())).deadline(), Some(deadline));
    /// assert_eq!(timeout(None, ready(())).deadline(), None);
    /// ```
    #[doc(alias = "when")]
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.timer.deadline()
    }

    pub(super) fn has_expired(&self) -> bool {
        self.expired
    }

    /// Moves the deadline.
    pub(super) fn reset(self: Pin<&mut Self>, deadline: Option<Instant>) {
        let this = self.project();
        this.timer.reset(deadline);
        *this.limit = None;
    }

    /// Ready if the body may be polled: what is ready in it is not kept from it by the budget.
    pub(super) fn poll_turn(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().turn.poll(cx)
    }

    /// Rule 1's first half: ready once the body, and all that it deferred, has ended.
    pub(super) fn poll_body(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Elapsed>> {
        let this = self.project();
        let output = ready!(this.body.poll(cx));
        this.timer.disarm();
        Poll::Ready(match output {
            Some(output) => Ok(output),
            None if *this.expired => Err(Elapsed::new(*this.limit)),
            None => panic!("a timeout was polled after it had ended"),
        })
    }

    /// Rule 1's second half: ready from the deadline on.
    pub(super) fn poll_deadline(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().timer.poll(cx)
    }

    /// Rule 2.
    pub(super) fn expire(self: Pin<&mut Self>) {
        let this = self.project();
        *this.expired = true;
        this.body.cancel();
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(self.as_mut().poll_turn(cx));
        let polled = self.as_mut().poll_body(cx);
        if polled.is_ready() || self.expired {
            return polled;
        }
        ready!(self.as_mut().poll_deadline(cx));
        self.as_mut().expire();
        self.poll_body(cx)
    }
}

impl<F: Future> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout")
            .field("deadline", &self.deadline())
            .field("expired", &self.expired)
            .finish_non_exhaustive()
    }
}
