//! A timeout whose deadline can be moved while its body runs.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::{Deadline, Elapsed, IntoDeadline, Timeout};
use crate::time::{Clock, Timer};

/// Runs the future that `body` makes, as [`timeout`](crate::timeout()) does, with a deadline that it and others
/// may read and move.
///
/// `body` is called at once, with the [`Deadline`]: keep it in the future, or send it to another task. The
/// limit counts from this call. It may be `None` at first, and be set later.
///
/// The handle allocates, once; [`timeout`](crate::timeout()) does not.
///
/// # Errors
///
/// [`Elapsed`] if the future was cancelled at the deadline.
///
/// # Panics
///
/// As [`timeout`](crate::timeout()).
///
/// # Cancel safety
///
/// As [`timeout`](crate::timeout()). The deadline can no longer be moved then.
///
/// # Examples
///
/// A limit on the silence, not on the whole:
///
/// ```
/// use std::time::Duration;
/// use taipan::sleep;
/// use taipan::timeout::timeout_with;
///
/// # taipan::run(async {
/// let quiet = Duration::from_secs(5);
/// let received = timeout_with(quiet, async |deadline| {
///     let mut received = 0;
///     for _ in 0..3 {
///         sleep(Duration::from_millis(1)).await; // a message comes
///         received += 1;
///         deadline.reset(quiet).unwrap();
///     }
///     received
/// });
/// assert_eq!(received.await, Ok(3));
/// # });
/// ```
#[doc(alias = "asyncio.timeout")]
#[doc(alias = "reschedule")]
pub fn timeout_with<F: IntoFuture>(
    limit: impl IntoDeadline,
    body: impl FnOnce(Deadline) -> F,
) -> TimeoutWith<F::IntoFuture> {
    let clock = Clock::current();
    let limit = limit.into_limit();
    let until = limit.deadline(&clock);
    let deadline = Deadline::new(clock.clone(), until);
    let body = body(deadline.clone()).into_future();
    TimeoutWith {
        timeout: Timeout::new(Timer::new(clock, until), limit.duration(), body),
        deadline,
    }
}

pin_project! {
    /// Future of [`timeout_with`].
    #[must_use = "a timeout does nothing until it is awaited: write `.await`"]
    pub struct TimeoutWith<F: Future> {
        #[pin]
        timeout: Timeout<F>,
        deadline: Deadline,
    }

    impl<F: Future> PinnedDrop for TimeoutWith<F> {
        fn drop(this: Pin<&mut Self>) {
            this.project().deadline.end();
        }
    }
}

impl<F: Future> TimeoutWith<F> {
    /// Returns a handle to the deadline: the one that the body got.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline.clone()
    }
}

impl<F: Future> Future for TimeoutWith<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if this.timeout.has_expired() {
            let result = ready!(this.timeout.poll_body(cx));
            this.deadline.end();
            return Poll::Ready(result);
        }
        // A move by the body itself, in its poll, needs no wake: the deadline is read after it.
        let waker = this.deadline.wake_no_more();
        if let Poll::Ready(result) = this.timeout.as_mut().poll_body(cx) {
            this.deadline.end();
            return Poll::Ready(result);
        }
        let waker = waker.filter(|waker| waker.will_wake(cx.waker()));
        let deadline = this.deadline.wait(waker.unwrap_or_else(|| cx.waker().clone()));
        if deadline != this.timeout.deadline() {
            this.timeout.as_mut().reset(deadline);
        }
        ready!(this.timeout.as_mut().poll_deadline(cx));
        if !this.deadline.expire(deadline) {
            // Moved in this very moment, by another thread: that has woken us.
            return Poll::Pending;
        }
        this.timeout.as_mut().expire();
        let result = ready!(this.timeout.poll_body(cx));
        this.deadline.end();
        Poll::Ready(result)
    }
}

impl<F: Future> fmt::Debug for TimeoutWith<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeoutWith").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
