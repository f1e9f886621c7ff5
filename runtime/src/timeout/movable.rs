//! A timeout whose deadline can be moved while its body runs.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::{Deadline, Elapsed, IntoDeadline, Limit, Timeout};
use crate::time::{Clock, Instant, Timer};
use crate::waits::with_own;

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
    let begun = Movable::new(limit.into_limit());
    let body = body(begun.handle()).into_future();
    begun.run(body)
}

/// The deadline of a body that may move it: `t` in `timeout!(t = 30s, { .. })`.
///
/// It is lent to the body. What lives longer, or runs elsewhere, takes a [`handle`](Self::handle).
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// use taipan::{sleep, timeout};
///
/// let received = timeout!(silence = 5s, {
///     let mut received = 0;
///     for _ in 0..3 {
///         sleep!(1ms).await; // a message comes
///         received += 1;
///         silence.reset(5s);
///     }
///     received
/// });
/// assert_eq!(received, Ok(3));
/// # });
/// ```
pub struct Movable {
    deadline: Deadline,
    clock: Clock,
    /// As the limit was given, to be told.
    limit: Option<Duration>,
}

impl Movable {
    pub(crate) fn new(limit: Limit) -> Movable {
        let clock = Clock::current();
        let deadline = Deadline::new(clock.clone(), limit.deadline(&clock));
        Movable { deadline, clock, limit: limit.duration() }
    }

    pub(crate) fn run<F: Future>(&self, body: F) -> TimeoutWith<F> {
        let timer = Timer::new(self.clock.clone(), self.deadline.get());
        TimeoutWith { timeout: Timeout::new(timer, self.limit, body), deadline: self.handle() }
    }

    /// Returns the deadline; `None` if there is no limit.
    #[doc(alias = "when")]
    #[must_use]
    pub fn get(&self) -> Option<Instant> {
        self.deadline.get()
    }

    /// Moves the deadline: to the limit, counted from now.
    ///
    /// While the body runs, this cannot fail. In a destructor that runs at the deadline it does nothing.
    #[doc(alias = "reschedule")]
    pub fn reset(&self, limit: impl IntoDeadline) {
        // It fails only once the body is being dropped, and no limit is left to be moved then.
        let _ = self.deadline.reset(limit);
    }

    /// Returns a handle to keep, or to send to another task.
    #[must_use]
    pub fn handle(&self) -> Deadline {
        self.deadline.clone()
    }
}

impl fmt::Debug for Movable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Movable").field("deadline", &self.deadline).finish_non_exhaustive()
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
        ready!(this.timeout.as_mut().poll_turn(cx));
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
        let waker = with_own(cx, |cx| {
            let known = waker.filter(|waker| waker.will_wake(cx.waker()));
            known.unwrap_or_else(|| cx.waker().clone())
        });
        let deadline = this.deadline.wait(waker);
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
