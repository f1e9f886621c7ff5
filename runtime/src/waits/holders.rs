//! Who holds something.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::list::{About, Site, here};
use crate::info::{Holder, Identity, Waiting};

/// Who asks for so many asks for all: it is no number to tell.
const ALL: usize = usize::MAX >> 1;

/// Those who hold the permits of one primitive; empty until the first comes.
pub(crate) struct Holders(Option<Held>);

/// The same, as those see it who wait.
#[derive(Clone)]
pub(super) struct Held(Arc<Mutex<State>>);

struct State {
    /// How many permits there are in all, as those who waited last saw it.
    size: usize,
    /// By the order of their coming.
    holders: BTreeMap<u64, Entry>,
}

struct Entry {
    who: Who,
    /// It has not run since its turn came.
    granted: bool,
}

/// Who asks for permits, or holds them.
#[derive(Clone)]
pub(crate) struct Who {
    number: u64,
    site: Site,
    /// With the number of its runtime; `None`: no task.
    by: Option<(Identity, usize)>,
}

fn running() -> Option<(Identity, usize)> {
    here().map(|list| (list.task.clone(), list.home))
}

impl Who {
    /// The running task, on that line.
    pub(crate) fn new(site: Site) -> Who {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Who { number: LAST.fetch_add(1, Ordering::Relaxed), site, by: running() }
    }
}

impl Holders {
    /// Whether they are counted.
    pub(crate) const COUNTED: bool = true;

    pub(crate) const fn new() -> Self {
        Holders(None)
    }

    fn state(&mut self) -> MutexGuard<'_, State> {
        let new = || Held(Arc::new(Mutex::new(State { size: 0, holders: BTreeMap::new() })));
        self.0.get_or_insert_with(new).lock()
    }

    /// It holds what it asked for.
    pub(crate) fn took(&mut self, who: &Who) {
        let who = Who { by: running(), ..who.clone() };
        self.state().holders.insert(who.number, Entry { who, granted: false });
    }

    /// What it asked for belongs to it, and it has not run since.
    pub(crate) fn granted(&mut self, who: &Who) {
        self.state().holders.insert(who.number, Entry { who: who.clone(), granted: true });
    }

    /// It has given back what it held.
    pub(crate) fn gave(&mut self, who: &Who) {
        let entry = self.state().holders.remove(&who.number);
        drop(entry);
    }

    /// What is told of somebody who waits for so many of `size` permits.
    pub(crate) fn about(&mut self, wanted: usize, size: usize) -> About {
        self.state().size = size;
        About::held(self.0.clone().unwrap_or_else(|| unreachable!("just made")), wanted)
    }
}

impl Held {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one of them is no task of the runtime `home`.
    pub(super) fn is_outside(&self, home: usize) -> bool {
        self.lock()
            .holders
            .values()
            .any(|entry| entry.who.by.as_ref().is_none_or(|&(_, theirs)| theirs != home))
    }

    /// Tells somebody who waits for so many permits.
    pub(super) fn tell(&self, waiting: &mut Waiting, wanted: usize) {
        let state = self.lock();
        waiting.permits = (wanted > 1 && wanted < ALL).then_some((wanted, state.size));
        waiting.holders = state.holders.values().map(Entry::tell).collect();
    }
}

impl Entry {
    fn tell(&self) -> Holder {
        let Who { site, by, .. } = &self.who;
        let task = by.as_ref().map(|(task, _)| (task.id, task.name()));
        Holder::new(task, site.operation, site.location, self.granted)
    }
}
