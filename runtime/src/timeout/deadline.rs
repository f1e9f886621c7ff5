//! The handle that reads and moves the deadline of a timeout that runs, and what it shares with it.
//!
//! The timeout's own timer follows the shared deadline: before it waits, the timeout leaves its waker here
//! and sets the timer to what it finds. Who moves the deadline takes the waker and wakes it, so the timeout
//! looks again. Before it expires, the timeout asks once more under the lock: after that no move succeeds, and a
//! move that succeeded before it is never overrun.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::IntoDeadline;
use crate::time::{Clock, Instant};

/// Reads and moves the deadline of a timeout while its body runs: see
/// [`timeout_with`](crate::timeout::timeout_with).
///
/// Clones are handles to the same deadline; any task and any thread may use them.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::{time::Instant, timeout::timeout_with};
///
/// # taipan::run(async {
/// let result = timeout_with(Duration::from_secs(5), async |deadline| {
///     let before = deadline.get();
///     deadline.reset(Duration::from_secs(30)).unwrap();
///     assert!(deadline.get() > before);
///     deadline.reset(None).unwrap();
///     assert_eq!(deadline.get(), None);
///     deadline.clone()
/// });
/// let deadline = result.await.unwrap();
/// assert!(!deadline.is_expired());
/// assert!(deadline.reset(Instant::now()).is_err());
/// # });
/// ```
#[derive(Clone)]
pub struct Deadline {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    /// `None`: never.
    deadline: Option<Instant>,
    phase: Phase,
    /// The timeout's, while it waits; not while it is polled, when it will look at the deadline anyway.
    waker: Option<Waker>,
}

/// How far the timeout has come. `Running` goes to `Ended`, or to `Expiring` and on to `Expired`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The deadline counts.
    Running,
    /// The deadline has come; the exits of the cancelled body run.
    Expiring,
    /// The deadline has come, and the timeout has reported.
    Expired,
    /// The body has ended in time, or the timeout was dropped.
    Ended,
}

impl Deadline {
    pub(super) fn new(clock: Clock, deadline: Option<Instant>) -> Deadline {
        let state = Mutex::new(State { deadline, phase: Phase::Running, waker: None });
        Deadline { shared: Arc::new(Shared { clock, state }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the time at which the body is, or was, to be cancelled; `None`: never.
    #[doc(alias = "when")]
    #[must_use]
    pub fn get(&self) -> Option<Instant> {
        self.state().deadline
    }

    /// Moves the deadline: later, earlier, or with `None` to never. A [`Duration`](std::time::Duration)
    /// counts from this call.
    ///
    /// A deadline in the past ends the body the next time it waits.
    ///
    /// # Errors
    ///
    /// [`DeadlineError`] if it is too late: the deadline has come, or the body has ended. The error says
    /// which.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::pending;
    /// use taipan::{time::Instant, timeout::timeout_with};
    ///
    /// # taipan::run(async {
    /// let result = timeout_with(None, async |deadline| {
    ///     deadline.reset(Instant::now()).unwrap();
    ///     pending::<()>().await;
    /// });
    /// assert!(result.await.is_err());
    /// # });
    /// ```
    #[doc(alias = "reschedule")]
    pub fn reset(&self, limit: impl IntoDeadline) -> Result<(), DeadlineError> {
        let deadline = limit.into_limit().deadline(&self.shared.clock);
        let waker = {
            let mut state = self.state();
            if state.phase != Phase::Running {
                return Err(DeadlineError { phase: state.phase });
            }
            state.deadline = deadline;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }

    /// Returns whether the deadline came while the timeout ran.
    ///
    /// Stays true; a timeout whose body had ended by then, and only had cleanups left to run, gives the
    /// body's value all the same.
    #[doc(alias = "expired")]
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self.state().phase, Phase::Expiring | Phase::Expired)
    }

    /// Takes the waker back for the time of a poll.
    pub(super) fn wake_no_more(&self) -> Option<Waker> {
        self.state().waker.take()
    }

    /// From now on a move wakes `waker`. Gives the deadline to wait for.
    pub(super) fn wait(&self, waker: Waker) -> Option<Instant> {
        let mut state = self.state();
        state.waker = Some(waker);
        state.deadline
    }

    /// Lets no move succeed any more, unless one has since `deadline` was read.
    pub(super) fn expire(&self, deadline: Option<Instant>) -> bool {
        let mut state = self.state();
        let expires = state.deadline == deadline;
        if expires {
            state.phase = Phase::Expiring;
        }
        expires
    }

    /// The timeout has reported, or was dropped.
    pub(super) fn end(&self) {
        let waker = {
            let mut state = self.state();
            state.phase = match state.phase {
                Phase::Running | Phase::Ended => Phase::Ended,
                Phase::Expiring | Phase::Expired => Phase::Expired,
            };
            state.waker.take()
        };
        drop(waker);
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { deadline, phase, .. } = *self.state();
        f.debug_struct("Deadline").field("at", &deadline).field("phase", &phase).finish()
    }
}

/// The error of a deadline that can no longer be moved: see [`Deadline::reset`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::timeout::timeout_with;
///
/// # taipan::run(async {
/// let deadline = timeout_with(None, async |deadline| deadline).await.unwrap();
/// let error = deadline.reset(Duration::ZERO).unwrap_err();
/// assert_eq!(error.to_string(), "the deadline cannot be moved: the timeout has ended");
/// # });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineError {
    phase: Phase,
}

impl fmt::Display for DeadlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline cannot be moved: ")?;
        f.write_str(match self.phase {
            Phase::Expiring => "the timeout is expiring",
            Phase::Expired => "the timeout has expired",
            Phase::Ended | Phase::Running => "the timeout has ended",
        })
    }
}

impl Error for DeadlineError {}
