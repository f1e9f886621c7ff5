//! The books: who is open inside whom, and what went wrong.
//!
//! The scenario has *places*, one inside another: a resource, a scope, a task, shielded work. A resource is
//! entered once and exits once. Four things are wrong, and each has its figure:
//!
//! 1. *doubled*: a resource exits again.
//! 2. *out of order*: a place ends, or a resource begins its exit, while a resource inside it is open.
//! 3. *ran on*: a line runs in a place that has ended, or in code that was cut off.
//! 4. *left behind*: whoever cancelled reports while a resource is open or a task alive.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use taipan::{Outcome, Resource, TaskId, sleep, yield_now};

use super::Way;
use super::figures::{Totals, lock};

#[cfg(test)]
mod tests;

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something that waits for all that is inside it.
    Scope,
    /// Has an exit.
    Resource,
    /// A task: it may run until it is cancelled itself, a moment later.
    Task,
    /// Goes on when the code around it is cut off.
    Shielded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Exiting,
    Ended,
}

#[derive(Debug)]
struct Entry {
    kind: Kind,
    state: State,
    parent: Option<usize>,
    /// How many resources inside are open, however deep.
    open: usize,
}

/// Names a run of the scenario, so that it can be repeated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) way: Way,
    pub(super) seed: u64,
    /// After how many; by the clock, milliseconds.
    pub(super) polls: usize,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} after {} polls, seed {}", self.way, self.polls, self.seed)
    }
}

/// The books of one run of the scenario.
#[derive(Debug)]
pub(super) struct Ledger {
    totals: Arc<Totals>,
    run: Run,
    state: Mutex<Books>,
}

#[derive(Debug)]
struct Books {
    entries: Vec<Entry>,
    tasks: Vec<TaskId>,
    cut: bool,
    random: u64,
}

impl Ledger {
    /// Opens the books, and in them the place of the whole scenario.
    pub(super) fn open(totals: &Arc<Totals>, run: Run) -> Place {
        let root = Entry { kind: Kind::Scope, state: State::Open, parent: None, open: 0 };
        let books = Books {
            entries: vec![root],
            tasks: Vec::new(),
            cut: false,
            // Seeds that lie side by side are to give numbers that do not; never 0.
            random: run.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        };
        let ledger = Ledger { totals: Arc::clone(totals), run, state: Mutex::new(books) };
        Place { ledger: Arc::new(ledger), index: 0 }
    }

    fn wrong(&self, figure: &AtomicU64, what: &str) {
        self.totals.wrong(figure, || format!("{}: {what}", self.run));
    }
}

/// A place in the books.
#[derive(Clone, Debug)]
pub(super) struct Place {
    ledger: Arc<Ledger>,
    index: usize,
}

impl Place {
    fn books(&self) -> MutexGuard<'_, Books> {
        lock(&self.ledger.state)
    }

    /// Opens a place inside this one.
    pub(super) fn inside(&self, kind: Kind) -> Place {
        self.line();
        let index = {
            let mut books = self.books();
            books.entries.push(Entry {
                kind,
                state: State::Open,
                parent: Some(self.index),
                open: 0,
            });
            books.entries.len() - 1
        };
        Place { ledger: Arc::clone(&self.ledger), index }
    }

    /// Makes a resource inside this place.
    pub(super) fn enter(&self) -> Held {
        let place = self.inside(Kind::Resource);
        self.ledger.totals.entered.fetch_add(1, Ordering::SeqCst);
        place.books().count(self.index, |open| open + 1);
        Held(place)
    }

    /// A line of the scenario runs here.
    pub(super) fn line(&self) {
        if let Some(what) = self.books().trespass(self.index) {
            self.ledger.wrong(&self.ledger.totals.ran_on, what);
        }
    }

    /// Waits for a while: 1 or 2 polls, or milliseconds, as the seed says.
    pub(super) async fn tick(&self) {
        self.line();
        for _ in 0..=self.random(2) {
            self.pause().await;
            self.line();
        }
    }

    async fn pause(&self) {
        match self.ledger.run.way {
            Way::Clock => sleep(Duration::from_millis(1)).await,
            _ => yield_now().await,
        }
    }

    /// A number below `limit`, as the seed says.
    pub(super) fn random(&self, limit: u64) -> u64 {
        self.books().random(limit)
    }

    /// Adds the task that runs here to those that must not be left behind.
    pub(super) fn is_task(&self) {
        let id = taipan::current().id();
        self.books().tasks.push(id);
    }

    /// From here on no line of the scenario runs, but for exits, and for tasks until they are told.
    pub(super) fn cut(&self) {
        self.books().cut = true;
    }

    /// The scope has reported.
    pub(super) fn end(&self) {
        self.go(State::Ended);
    }

    /// Whoever cancelled the scenario, or awaited it, has reported: nothing of it may be left.
    pub(super) fn report(&self) {
        let left = {
            let mut books = self.books();
            books.entries[self.index].state = State::Ended;
            books.entries[self.index].open
        };
        for _ in 0..left {
            self.ledger.wrong(&self.ledger.totals.left_behind, "a resource was left open");
        }
    }

    /// As `report`, inside the runtime: no task may be left either.
    pub(super) fn report_inside(&self) {
        self.report();
        let own = taipan::current().id();
        let books = self.books();
        let ours = |id| id != own && books.tasks.contains(&id);
        for task in taipan::tasks() {
            let child = task.parent().is_some_and(ours);
            if ours(task.id()) || child {
                self.ledger.wrong(
                    &self.ledger.totals.left_behind,
                    &format!("{task} was left alive, {}", task.state()),
                );
            }
        }
    }

    fn go(&self, state: State) {
        let (before, open) = {
            let mut books = self.books();
            let entry = &mut books.entries[self.index];
            (std::mem::replace(&mut entry.state, state), entry.open)
        };
        let totals = &self.ledger.totals;
        if open > 0 {
            self.ledger.wrong(&totals.out_of_order, "a place ended before one inside it");
        }
        if before == State::Ended || before == state {
            self.ledger.wrong(&totals.doubled, "a place ended twice");
        }
    }
}

impl Books {
    /// Changes the count of all places from `index` up.
    fn count(&mut self, index: usize, change: impl Fn(usize) -> usize) {
        let mut next = Some(index);
        while let Some(index) = next {
            let entry = &mut self.entries[index];
            entry.open = change(entry.open);
            next = entry.parent;
        }
    }

    /// What is wrong with running a line at `index`.
    fn trespass(&self, index: usize) -> Option<&'static str> {
        let (mut next, mut cut) = (Some(index), self.cut);
        while let Some(index) = next {
            let entry = &self.entries[index];
            if entry.state != State::Open {
                return Some("a line ran in a place that had ended");
            }
            cut &= !matches!(entry.kind, Kind::Task | Kind::Shielded);
            next = entry.parent;
        }
        cut.then_some("a line of the code that was cut off ran")
    }

    /// A number below `limit`: xorshift.
    fn random(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }
}

/// A resource in the books.
#[derive(Debug)]
pub(super) struct Held(Place);

impl std::ops::Deref for Held {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.0
    }
}

impl Resource for Held {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        let place = self.0;
        place.go(State::Exiting);
        for _ in 0..=place.random(2) {
            place.pause().await;
        }
        place.go(State::Ended);
        place.ledger.totals.exited.fetch_add(1, Ordering::SeqCst);
        let mut books = place.books();
        let parent = books.entries[place.index].parent;
        if let Some(parent) = parent {
            books.count(parent, |open| open.saturating_sub(1));
        }
    }
}
