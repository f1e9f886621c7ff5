//! Waiting for a time.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::{Clock, Instant, Timer};
use crate::budget::Turn;
use crate::waits::{About, Mark, Site};

/// Waits until `duration` has passed since this call.
///
/// The time counts from the call, not from the first poll. A duration of zero is over at once: to let
/// others run, await [`yield_now`](crate::yield_now). A duration too long to be represented, such as
/// [`Duration::MAX`], never ends.
///
/// It never ends early; how late it ends is up to the system's timers and to what else runs.
///
/// # Cancel safety
///
/// A sleep that is dropped leaves nothing behind. A new one starts from the beginning; to go on with a
/// sleep, keep it and poll it by reference.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::time::{Instant, sleep};
///
/// # taipan::run(async {
/// let start = Instant::now();
/// sleep(Duration::from_millis(2)).await;
/// assert!(start.elapsed() >= Duration::from_millis(2));
/// # });
/// ```
#[doc(alias = "asyncio.sleep")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep {
        timer: Timer::after(Clock::current(), duration),
        mark: Mark::new(Site::here("sleep")),
        turn: Turn::default(),
    }
}

/// Waits until `deadline`; one in the past is over at once.
///
/// # Cancel safety
///
/// Cancel safe: called again with the same deadline, it waits for the same time.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::time::{Instant, sleep_until};
///
/// # taipan::run(async {
/// let deadline = Instant::now() + Duration::from_millis(2);
/// sleep_until(deadline).await;
/// assert!(Instant::now() >= deadline);
/// # });
/// ```
#[doc(alias = "call_at")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn sleep_until(deadline: Instant) -> Sleep {
    let mark = Mark::new(Site::here("sleep_until"));
    Sleep { timer: Timer::new(Clock::current(), Some(deadline)), mark, turn: Turn::default() }
}

/// Future of [`sleep`] and [`sleep_until`].
///
/// It is `Unpin`, and once over it stays ready: poll it by reference as often as you like.
#[must_use = "a sleep does nothing until it is awaited: write `.await`"]
pub struct Sleep {
    timer: Timer,
    mark: Mark,
    turn: Turn,
}

impl Sleep {
    /// Returns the time at which the sleep ends; `None`: never, it is too far away to be represented.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::time::{Instant, sleep, sleep_until};
    ///
    /// let deadline = Instant::now() + Duration::from_secs(1);
    /// assert_eq!(sleep_until(deadline).deadline(), Some(deadline));
    /// assert_eq!(sleep(Duration::MAX).deadline(), None);
    /// ```
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.timer.deadline()
    }

    /// Returns whether the time has come, polled or not.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::time::sleep;
    ///
    /// assert!(sleep(Duration::ZERO).is_elapsed());
    /// assert!(!sleep(Duration::from_secs(1)).is_elapsed());
    /// ```
    #[must_use]
    pub fn is_elapsed(&self) -> bool {
        self.timer.is_due()
    }

    /// Moves the end to `deadline`, whether the sleep was over or not. A task that waits for it is woken
    /// at the new time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::time::{Instant, sleep};
    ///
    /// # taipan::run(async {
    /// let mut quiet = sleep(Duration::from_secs(3600));
    /// quiet.reset(Instant::now() + Duration::from_millis(1));
    /// (&mut quiet).await;
    /// assert!(quiet.is_elapsed());
    /// # });
    /// ```
    pub fn reset(&mut self, deadline: Instant) {
        self.timer.reset(Some(deadline));
        self.mark.clear();
    }
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Sleep { timer, mark, turn } = &mut *self;
        ready!(turn.poll(cx));
        let polled = timer.poll(cx);
        if polled.is_ready() {
            turn.spend();
        }
        mark.note(&polled, || About::until(timer.deadline().map(Into::into)));
        polled
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep").field("deadline", &self.deadline()).finish()
    }
}
