//! The timers of one runtime on the system's clock, and which runtime a thread sets its timers with.
//!
//! # The protocol
//!
//! 1. Each worker has a wheel of its own (`shard`), so that workers do not wait for each other's locks. A timer is set
//!    on the wheel of the thread that first polls it in vain, and stays there; every worker fires what is due on any
//!    wheel, so that a worker which a long poll holds up does not hold up what sleeps there.
//! 2. A worker calls [`fire`](Timers::fire) every now and then while it is busy. Before it sleeps it says so first, and
//!    then sees to it that it is woken at [`next`](Timers::next): see rule 4 of `shard`.
//! 3. The threads of blocking calls use the first wheel, as foreigners. A thread of no runtime has none, and neither has
//!    one whose clock is a test's: a timer that is polled there first is `async-io`'s, or the test's.
//! 4. The wheels outlive every run: they are lent out, and are given back when nothing of the run is left. So a timer
//!    holds a plain reference, whose making and end costs nothing: a count of references would cost two writes to memory
//!    that all workers share. There are never more of them than were needed at once.

use std::cell::Cell;
use std::task::Waker;
use std::time::Instant;

use super::shard::{Found, Shard};
use super::wheel::Key;
use crate::sync::Lock;

/// The wheels that no run has.
static IDLE: Lock<Vec<&'static Shard>> = Lock::new(Vec::new());

/// The wheels of one run: they are given back when this is dropped.
pub(crate) struct Timers {
    shards: Vec<&'static Shard>,
}

impl Timers {
    /// Borrows a wheel for each worker.
    pub(crate) fn new(workers: usize) -> Timers {
        let mut shards = IDLE.with(|idle| idle.split_off(idle.len().saturating_sub(workers)));
        shards.resize_with(workers, || Box::leak(Box::new(Shard::new())));
        shards.iter().for_each(|shard| shard.open());
        Timers { shards }
    }

    /// From now on `sooner` is woken when a thread that is no worker sets a timer which comes before all others of its
    /// wheel: then somebody who sleeps may have to get up earlier.
    pub(crate) fn tell(&self, sooner: &Waker) {
        self.shards.iter().for_each(|shard| shard.tell(sooner.clone()));
    }

    /// When there is something to fire; perhaps a little earlier. A few loads, no lock.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.shards.iter().filter_map(|shard| shard.next()).min()
    }

    /// Wakes all whose deadline has passed; whether there was anybody. A few loads if not.
    pub(crate) fn fire(&self, now: Instant) -> bool {
        self.shards.iter().fold(false, |any, shard| shard.fire(now) | any)
    }

    /// The run has ended: wakes all that wait, so that they wait elsewhere.
    pub(crate) fn close(&self) {
        self.shards.iter().for_each(|shard| shard.close());
    }

    /// Makes this thread set its timers here until the guard is dropped: as that worker, or as a foreigner.
    pub(crate) fn enter(&self, worker: Option<usize>) -> Entered {
        let shard = self.shards.get(worker.unwrap_or(0)).copied();
        let here = shard.map(|shard| Here { shard, owned: worker.is_some() });
        Entered { before: HERE.replace(here) }
    }

    /// How many timers are set.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.len()).sum()
    }
}

impl Drop for Timers {
    fn drop(&mut self) {
        self.close();
        IDLE.with(|idle| idle.append(&mut self.shards));
    }
}

/// Where this thread sets its timers.
#[derive(Clone, Copy)]
struct Here {
    shard: &'static Shard,
    /// Whether it is this worker's own.
    owned: bool,
}

thread_local! {
    static HERE: Cell<Option<Here>> = const { Cell::new(None) };
}

/// Makes the thread set its timers where it did before.
pub(crate) struct Entered {
    before: Option<Here>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        HERE.set(self.before);
    }
}

/// Whether this thread has a wheel: then its time is the system's.
pub(super) fn has_wheel() -> bool {
    HERE.get().is_some()
}

/// A timer that is, or was, on a wheel.
pub(super) struct Spoke {
    shard: &'static Shard,
    key: Key,
}

impl Spoke {
    /// Wakes `waker` at `deadline` or soon after. `None`: this thread has no wheel, or its run is over.
    pub(super) fn set(deadline: Instant, waker: &Waker) -> Option<Spoke> {
        let Here { shard, owned } = HERE.get()?;
        Some(Spoke { shard, key: shard.insert(deadline, waker, owned)? })
    }

    /// Makes it wake `waker`, if it waits.
    pub(super) fn update(&self, waker: &Waker) -> Found {
        self.shard.update(self.key, waker)
    }

    /// Moves it; `false`: it does not wait any more.
    pub(super) fn reset(&mut self, deadline: Instant) -> bool {
        let owned =
            HERE.get().is_some_and(|here| here.owned && std::ptr::eq(here.shard, self.shard));
        let key = self.shard.reset(self.key, deadline, owned);
        key.map(|key| self.key = key).is_some()
    }

    pub(super) fn remove(&self) {
        self.shard.remove(self.key);
    }
}
