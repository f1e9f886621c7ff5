//! Whose time it is.

use std::sync::Arc;

use super::{Instant, timers};
use crate::current;

/// The clock that a timer was made under: it counts on that one wherever it is polled later.
#[derive(Clone)]
pub(crate) enum Clock {
    /// The system's. Its timers stand on a wheel of the runtime, or with `async-io`: see `timer`.
    System,
    /// One that a host puts in its place.
    Other(Arc<dyn current::Clock>),
}

impl Clock {
    /// This thread's.
    #[inline]
    pub(crate) fn current() -> Clock {
        if timers::has_wheel() {
            return Clock::System;
        }
        current::clock().map_or(Clock::System, Clock::Other)
    }

    #[inline]
    pub(crate) fn now(&self) -> Instant {
        match self {
            Clock::System => std::time::Instant::now().into(),
            Clock::Other(clock) => clock.now().into(),
        }
    }
}
