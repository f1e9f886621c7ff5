//! The figures of a storm: what its books add up to.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What all cancellations of a storm add to.
#[derive(Debug, Default)]
pub(super) struct Totals {
    cancellations: AtomicU64,
    completed: AtomicU64,
    pub(super) entered: AtomicU64,
    pub(super) exited: AtomicU64,
    pub(super) doubled: AtomicU64,
    pub(super) out_of_order: AtomicU64,
    pub(super) ran_on: AtomicU64,
    pub(super) left_behind: AtomicU64,
    /// Where the first thing went wrong.
    first: Mutex<Option<String>>,
}

/// The figures of a storm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// How often the scenario was cut off.
    pub cancellations: u64,
    /// How often it came to its end instead: once for each way and seed.
    pub completed: u64,
    /// Resources made.
    pub entered: u64,
    /// Exits that have run to their end.
    pub exited: u64,
    /// Exits beyond the one that is due.
    pub doubled: u64,
    /// Ends of something while a resource inside it was open.
    pub out_of_order: u64,
    /// Lines of cancelled code.
    pub ran_on: u64,
    /// Resources open and tasks alive when whoever cancelled reported; cleanups that were lost.
    pub left_behind: u64,
    /// Where the first thing went wrong: the way, the seed and the poll that show it again.
    pub first: Option<String>,
}

impl Figures {
    /// Returns whether everything that was entered has exited, once, in order and in time.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let wrong = self.doubled + self.out_of_order + self.ran_on + self.left_behind;
        self.entered == self.exited && wrong == 0
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { cancellations, completed, entered, exited, .. } = self;
        writeln!(f, "cancellations {cancellations:>12}")?;
        writeln!(f, "completed     {completed:>12}")?;
        writeln!(f, "entered       {entered:>12}")?;
        writeln!(f, "exited        {exited:>12}")?;
        writeln!(f, "doubled       {:>12}", self.doubled)?;
        writeln!(f, "out of order  {:>12}", self.out_of_order)?;
        writeln!(f, "ran on        {:>12}", self.ran_on)?;
        write!(f, "left behind   {:>12}", self.left_behind)?;
        match &self.first {
            Some(first) => write!(f, "\nthe first: {first}"),
            None => Ok(()),
        }
    }
}

impl Totals {
    /// Returns the figures so far.
    pub(super) fn figures(&self) -> Figures {
        let get = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        Figures {
            cancellations: get(&self.cancellations),
            completed: get(&self.completed),
            entered: get(&self.entered),
            exited: get(&self.exited),
            doubled: get(&self.doubled),
            out_of_order: get(&self.out_of_order),
            ran_on: get(&self.ran_on),
            left_behind: get(&self.left_behind),
            first: lock(&self.first).clone(),
        }
    }

    /// Returns how often the scenario was cut off so far.
    pub(super) fn cancellations(&self) -> u64 {
        self.cancellations.load(Ordering::SeqCst)
    }

    /// A run of the scenario is over.
    pub(super) fn count(&self, completed: bool) {
        let figure = if completed { &self.completed } else { &self.cancellations };
        figure.fetch_add(1, Ordering::SeqCst);
    }

    /// Adds to a figure that should be 0, and keeps where that was if it is the first.
    pub(super) fn wrong(&self, figure: &AtomicU64, what: impl FnOnce() -> String) {
        figure.fetch_add(1, Ordering::SeqCst);
        lock(&self.first).get_or_insert_with(what);
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
