//! What a limit of time may be.

use std::time::Duration;

use crate::time::{Clock, Instant, Timer};

/// A limit of time: a [`Duration`] from now, an [`Instant`], or an `Option<Duration>`, where `None` is no
/// limit.
///
/// A duration too long to be represented, such as [`Duration::MAX`], is no limit either. The trait is
/// sealed.
///
/// # Examples
///
/// ```
/// use std::future::ready;
/// use std::time::Duration;
/// use taipan::time::Instant;
/// use taipan::timeout;
///
/// # taipan::run(async {
/// let limit = Duration::from_secs(1);
/// assert_eq!(timeout(limit, ready(1)).await, Ok(1));
/// assert_eq!(timeout(Instant::now() + limit, ready(2)).await, Ok(2));
/// assert_eq!(timeout(None, ready(3)).await, Ok(3));
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a limit of time",
    label = "not a limit of time",
    note = "a limit is a `Duration`, an `Instant` or an `Option<Duration>`; write `5s` inside `timeout!`, or `Duration::from_secs(5)`"
)]
pub trait IntoDeadline: sealed::IntoLimit {}

impl IntoDeadline for Duration {}
impl IntoDeadline for Instant {}
impl IntoDeadline for Option<Duration> {}

impl sealed::IntoLimit for Duration {
    fn into_limit(self) -> Limit {
        Limit::In(self)
    }
}

impl sealed::IntoLimit for Instant {
    fn into_limit(self) -> Limit {
        Limit::At(self)
    }
}

impl sealed::IntoLimit for Option<Duration> {
    fn into_limit(self) -> Limit {
        self.map_or(Limit::Never, Limit::In)
    }
}

/// A limit as it was given. Public in name only: it appears in a sealed trait.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// So long from now.
    In(Duration),
    /// Then.
    At(Instant),
    /// Not at all.
    Never,
}

impl Limit {
    /// The deadline, counted from now; `None`: never.
    pub(super) fn deadline(self, clock: &Clock) -> Option<Instant> {
        match self {
            Limit::In(duration) => clock.now().checked_add(duration),
            Limit::At(deadline) => Some(deadline),
            Limit::Never => None,
        }
    }

    /// A timer for it, counted from now.
    pub(super) fn timer(self, clock: Clock) -> Timer {
        match self {
            Limit::In(duration) => Timer::after(clock, duration),
            Limit::At(deadline) => Timer::new(clock, Some(deadline)),
            Limit::Never => Timer::new(clock, None),
        }
    }

    /// The duration, if it was given as one: for the error's text.
    pub(super) fn duration(self) -> Option<Duration> {
        match self {
            Limit::In(duration) => Some(duration),
            Limit::At(_) | Limit::Never => None,
        }
    }
}

pub(super) mod sealed {
    /// What keeps [`IntoDeadline`](super::IntoDeadline) closed, and does its work.
    pub trait IntoLimit {
        /// Says which kind of limit it is.
        fn into_limit(self) -> super::Limit;
    }
}
