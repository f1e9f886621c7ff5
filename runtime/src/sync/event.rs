//! A flag that can be waited for.

use std::fmt;

use super::EventStatistics;
use super::after::After;
use super::line::{Line, Rules};
use super::waiters::{Left, Waiters};
use crate::waits::Site;

/// A flag: whoever waits for it goes on when it is set, and does not wait while it is.
///
/// # Fairness
///
/// Setting it wakes all who wait, in the order in which they came.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::Event};
///
/// taipan::run(async {
///     let ready = Event::new();
///     let client = async {
///         ready.wait().await;
///         "connected"
///     };
///     let server = async { ready.set() };
///     assert_eq!(gather!(client, server).await, ("connected", ()));
/// });
/// ```
pub struct Event {
    line: Line<State>,
}

struct State {
    set: bool,
    waiters: Waiters<(), ()>,
}

impl Event {
    /// Returns an event that is not set.
    #[must_use]
    pub const fn new() -> Self {
        Event { line: Line::new(State { set: false, waiters: Waiters::new() }) }
    }

    /// Sets it: wakes all who wait, and lets those who come later pass. Set twice is set once.
    ///
    /// # Fairness
    ///
    /// All are woken, in the order in which they came.
    pub fn set(&self) {
        self.line.change(|state, after| {
            state.set = true;
            while state.waiters.grant((), after).is_ok() {}
        });
    }

    /// Makes whoever comes from now on wait. Those who waited when it was set still go on.
    pub fn clear(&self) {
        self.line.change(|state, _| state.set = false);
    }

    /// Returns whether it is set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.line.read(|state| state.set)
    }

    /// Waits until it is set.
    ///
    /// Who waits when it is set goes on, even if it is cleared before that one runs.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it leaves no trace: nothing is lost, for the event stays set.
    ///
    /// # Fairness
    ///
    /// All are woken, in the order in which they came.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn wait(&self) -> impl Future<Output = ()> {
        self.wait_at(Site::here("Event::wait"))
    }

    pub(crate) async fn wait_at(&self, site: Site) {
        self.line.wait((), site).await;
    }

    /// Returns whether it is set, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> EventStatistics {
        self.line.read(|state| EventStatistics { set: state.set, waiting: state.waiters.len() })
    }
}

impl Rules for State {
    type Request = ();
    type Grant = ();
    type Output = ();

    fn waiters(&mut self) -> &mut Waiters<(), ()> {
        &mut self.waiters
    }

    fn arrive(&mut self, (): (), _: &mut After) -> Result<(), ()> {
        if self.set { Ok(()) } else { Err(()) }
    }

    fn claim(&mut self, (): (), (): (), _: &mut After) {}

    // There is nothing to pass on: everybody was woken.
    fn left(&mut self, _: &Left<(), ()>, _: &mut After) {}
}

impl Default for Event {
    fn default() -> Self {
        Event::new()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EventStatistics { set, waiting } = self.statistics();
        f.debug_struct("Event")
            .field("set", &set)
            .field("waiting", &waiting)
            .finish_non_exhaustive()
    }
}
