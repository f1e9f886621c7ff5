//! Waiting until somebody has changed what a mutex protects.

use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;

use super::after::After;
use super::line::{Line, Rules};
use super::waiters::{Left, Waiters};
use super::{CondvarStatistics, Mutex, MutexGuard};
use crate::waits::Site;

/// Lets tasks wait for a change of the data of a [`Mutex`].
///
/// Who waits unlocks the mutex meanwhile, and has it locked again when it goes on. Several condition
/// variables may be used with one mutex.
///
/// # Fairness
///
/// First come, first served: [`notify_one`](Self::notify_one) wakes who has waited longest.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::{Condvar, Mutex}};
///
/// taipan::run(async {
///     let (jobs, changed) = (Mutex::new(Vec::new()), Condvar::new());
///     let worker = async {
///         let jobs = jobs.lock().await;
///         let mut jobs = changed.wait_while(jobs, |jobs| jobs.is_empty()).await;
///         jobs.pop()
///     };
///     let boss = async {
///         jobs.lock().await.push("sweep");
///         changed.notify_one();
///     };
///     assert_eq!(gather!(worker, boss).await, (Some("sweep"), ()));
/// });
/// ```
#[doc(alias = "Condition")]
pub struct Condvar {
    line: Line<State>,
}

struct State {
    waiters: Waiters<(), Notified>,
}

/// How a waiter was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notified {
    /// It alone: if it does not live to go on, somebody else must.
    One,
    /// With all others.
    All,
}

impl Condvar {
    /// Returns a condition variable for which nobody waits.
    #[must_use]
    pub const fn new() -> Self {
        Condvar { line: Line::new(State { waiters: Waiters::new() }) }
    }

    /// Unlocks the mutex, waits to be notified, and locks it again.
    ///
    /// No notification is lost in between: it waits from the moment in which the mutex is unlocked. When it goes on,
    /// the condition it waits for may be gone again, for others had the lock before it: wait in a loop, or with
    /// [`wait_while`](Self::wait_while).
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it does not lock the mutex again, for no line of the cancelled code runs any more that could
    /// use it. If `notify_one` had woken it and it does not go on, because it is cancelled then or while it waits
    /// for the mutex, the next one is woken instead.
    ///
    /// # Fairness
    ///
    /// First come, first served. Once notified, it stands in the line of the mutex behind those who are there.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> impl Future<Output = MutexGuard<'a, T>> {
        self.wait_at(guard, Site::here("Condvar::wait"))
    }

    async fn wait_at<'a, T>(&self, guard: MutexGuard<'a, T>, site: Site) -> MutexGuard<'a, T> {
        let mutex: &'a Mutex<T> = MutexGuard::mutex(&guard);
        let mut guard = Some(guard);
        let mut turn = self.line.wait((), site);
        // Unlocked only when it stands in line.
        let notified = poll_fn(|cx| {
            let polled = Pin::new(&mut turn).poll(cx);
            drop(guard.take());
            polled
        });
        let wake = Wake { condvar: self, notified: notified.await };
        let guard = mutex.lock_at(site).await;
        mem::forget(wake); // it has gone on: there is nothing to pass on
        guard
    }

    /// Waits for as long as `condition` holds: looks at once, and after each notification, with the mutex locked.
    ///
    /// Python's `wait_for` says it the other way round: until it holds.
    ///
    /// # Cancel safety
    ///
    /// As of [`wait`](Self::wait).
    ///
    /// # Fairness
    ///
    /// First come, first served. Who is notified and finds that the condition still holds comes last.
    #[doc(alias = "wait_for")]
    #[doc(alias = "wait_until")]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> impl Future<Output = MutexGuard<'a, T>> {
        let site = Site::here("Condvar::wait_while");
        async move {
            while condition(&mut guard) {
                guard = self.wait_at(guard, site).await;
            }
            guard
        }
    }

    /// Wakes the one who has waited longest, if anybody waits.
    ///
    /// It goes on once it has the mutex: if the caller holds it, not before the caller has unlocked it.
    #[doc(alias = "notify")]
    pub fn notify_one(&self) {
        self.line.change(State::notify_one);
    }

    /// Wakes all who wait.
    ///
    /// They go on one after the other, each with the mutex locked, in the order in which they came.
    pub fn notify_all(&self) {
        self.line.change(|state, after| while state.waiters.grant(Notified::All, after).is_ok() {});
    }

    /// Returns how many wait to be notified.
    #[must_use]
    pub fn statistics(&self) -> CondvarStatistics {
        self.line.read(|state| CondvarStatistics { waiting: state.waiters.len() })
    }
}

impl State {
    fn notify_one(&mut self, after: &mut After) {
        // If nobody waits, nobody is told: it is no event that stays.
        let _ = self.waiters.grant(Notified::One, after);
    }
}

impl Rules for State {
    type Request = ();
    type Grant = Notified;
    type Output = Notified;

    fn waiters(&mut self) -> &mut Waiters<(), Notified> {
        &mut self.waiters
    }

    fn arrive(&mut self, (): (), _: &mut After) -> Result<Notified, ()> {
        Err(())
    }

    fn claim(&mut self, (): (), notified: Notified, _: &mut After) -> Notified {
        notified
    }

    fn left(&mut self, left: &Left<(), Notified>, after: &mut After) {
        if let Left::Granted((), Notified::One) = left {
            self.notify_one(after);
        }
    }
}

/// What a waiter was woken by: dropped, it goes to the next.
struct Wake<'a> {
    condvar: &'a Condvar,
    notified: Notified,
}

impl Drop for Wake<'_> {
    fn drop(&mut self) {
        if self.notified == Notified::One {
            self.condvar.notify_one();
        }
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Condvar::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CondvarStatistics { waiting } = self.statistics();
        f.debug_struct("Condvar").field("waiting", &waiting).finish_non_exhaustive()
    }
}
