//! A wheel that threads share.
//!
//! # The protocol
//!
//! 1. The wheel is under a lock, which is a leaf: no waker is cloned, dropped or woken under it.
//! 2. `next` is when the wheel wants to be looked at, for all to read without the lock. It is written under the lock only.
//!    A timer that is removed leaves it as it is, unless it was the last: then a look may be in vain, once.
//! 3. Anybody may fire what is due; it is handed out once. A key then names nothing: the wake is under way, or over.
//! 4. One thread owns the wheel: it looks at `next` whenever it goes to sleep, so it may set timers quietly. Any other
//!    that sets one before `next` calls `sooner`, after `next` is written. Who goes to sleep says so first and reads
//!    `next` then: either he finds the new time there, or he is found asleep.
//! 5. A closed wheel takes nothing in. Closing wakes all that wait: polled again, they find that their time has not
//!    come, and wait elsewhere. The next run takes the wheel over, and the stamps with it, so that keys from before
//!    are still known as such.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::time::{Duration, Instant};

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicU64, Ordering};
#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicU64, Ordering};

use super::wheel::{Key, Wheel};
use crate::sync::Lock;

/// Not as long as nobody sets a timer.
const NEVER: u64 = u64::MAX;

pub(crate) struct Shard {
    /// Time zero of the wheel.
    start: Instant,
    next: AtomicU64,
    state: Lock<State>,
}

struct State {
    wheel: Wheel<Waker>,
    open: bool,
    /// How many timers had been set when the wheel was opened.
    before: u64,
    /// Told that `next` has come nearer.
    sooner: Option<Waker>,
}

/// What became of a timer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Waiting,
    Fired,
    /// Nobody knows: its run has ended. It has been woken.
    Closed,
}

impl Shard {
    /// A closed one.
    pub(super) fn new() -> Shard {
        let state = State { wheel: Wheel::new(), open: false, before: 0, sooner: None };
        Shard { start: Instant::now(), next: AtomicU64::new(NEVER), state: Lock::new(state) }
    }

    pub(super) fn open(&self) {
        self.state.with(|state| (state.open, state.before) = (true, state.wheel.stamp()));
    }

    /// From now on `sooner` is woken when somebody else than the owner brings `next` nearer.
    pub(super) fn tell(&self, sooner: Waker) {
        let before = self.state.with(|state| match state.open {
            true => state.sooner.replace(sooner),
            false => Some(sooner),
        });
        drop(before);
    }

    /// Wakes all that wait, and takes nothing in any more.
    pub(super) fn close(&self) {
        let (waiting, sooner) = self.state.with(|state| {
            state.open = false;
            self.next.store(NEVER, Ordering::Relaxed);
            (state.wheel.clear(), state.sooner.take())
        });
        drop(sooner);
        waiting.into_iter().for_each(wake);
    }

    /// When the wheel wants to be looked at.
    pub(super) fn next(&self) -> Option<Instant> {
        let next = self.next.load(Ordering::SeqCst);
        // What cannot be represented does not come.
        (next != NEVER).then(|| self.start.checked_add(Duration::from_nanos(next)))?
    }

    /// Wakes all that is due; whether anything was.
    pub(super) fn fire(&self, now: Instant) -> bool {
        let now = self.count(now);
        if self.next.load(Ordering::Relaxed) > now {
            return false;
        }
        let mut due = Vec::new();
        self.state.with(|state| {
            state.wheel.advance(now, &mut due);
            self.next.store(state.wheel.next().unwrap_or(NEVER), Ordering::Relaxed);
        });
        let any = !due.is_empty();
        due.into_iter().for_each(|due| wake(due.what));
        any
    }

    /// Wakes `waker` at `deadline` or soon after, unless the wheel is closed. `owned`: it is this thread's.
    pub(super) fn insert(&self, deadline: Instant, waker: &Waker, owned: bool) -> Option<Key> {
        let (deadline, waker) = (self.count(deadline), waker.clone());
        let inserted = self.state.with(|state| {
            if !state.open {
                return Err(waker);
            }
            let key = state.wheel.insert(deadline, waker);
            Ok((key, self.bring_nearer(deadline, owned, state)))
        });
        let (key, sooner) = inserted.ok()?;
        sooner.into_iter().for_each(Waker::wake);
        Some(key)
    }

    /// Makes the timer wake `waker`, if it waits.
    pub(super) fn update(&self, key: Key, waker: &Waker) -> Found {
        let found = |state: &mut State| match state.wheel.get_mut(key) {
            Some(_) => Found::Waiting,
            None if state.open && !key.is_among(state.before) => Found::Fired,
            None => Found::Closed,
        };
        let (same, first) = self.state.with(|state| {
            let same = state.wheel.get_mut(key).is_some_and(|known| known.will_wake(waker));
            (same, found(state))
        });
        if same || first != Found::Waiting {
            return first;
        }
        let mut waker = waker.clone();
        self.state.with(|state| {
            if let Some(known) = state.wheel.get_mut(key) {
                std::mem::swap(known, &mut waker);
            }
            found(state)
        })
    }

    /// Moves the timer to another deadline, if it waits. `owned`: the wheel is this thread's.
    pub(super) fn reset(&self, key: Key, deadline: Instant, owned: bool) -> Option<Key> {
        let deadline = self.count(deadline);
        let (key, sooner) = self.state.with(|state| {
            let key = state.wheel.reset(key, deadline)?;
            Some((key, self.bring_nearer(deadline, owned, state)))
        })?;
        sooner.into_iter().for_each(Waker::wake);
        Some(key)
    }

    pub(super) fn remove(&self, key: Key) {
        let removed = self.state.with(|state| {
            let removed = state.wheel.remove(key);
            if state.wheel.len() == 0 {
                self.next.store(NEVER, Ordering::Relaxed);
            }
            removed
        });
        drop(removed);
    }

    /// How many timers are set.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.state.with(|state| state.wheel.len())
    }

    /// The time on the wheel.
    fn count(&self, then: Instant) -> u64 {
        let since = then.saturating_duration_since(self.start);
        since.as_secs().saturating_mul(1_000_000_000).saturating_add(since.subsec_nanos().into())
    }

    /// Sets `next` to the time of a new deadline, if that is before it. Gives who is to be told then.
    fn bring_nearer(&self, deadline: u64, owned: bool, state: &State) -> Option<Waker> {
        let next = Wheel::<Waker>::fires_at(deadline);
        if next >= self.next.load(Ordering::Relaxed) {
            return None;
        }
        if owned {
            self.next.store(next, Ordering::Relaxed);
            return None;
        }
        // In one order with what the sleeper does: rule 4.
        self.next.store(next, Ordering::SeqCst);
        state.sooner.clone()
    }
}

/// A waker that panics takes nobody's wake from the others.
fn wake(waker: Waker) {
    let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
}

#[cfg(all(test, not(taipan_loom)))]
mod tests {
    use super::*;
    use crate::time::testing::{Wakes, named_waker};

    const SECOND: Duration = Duration::from_secs(1);

    fn open() -> (Shard, Wakes) {
        let shard = Shard::new();
        shard.open();
        (shard, Wakes::default())
    }

    #[test]
    fn it_fires_what_is_due_once_in_the_order_of_deadlines() {
        let (shard, wakes) = open();
        let start = Instant::now();
        for (seconds, name) in [(3, "c"), (1, "a"), (2, "b"), (9, "later")] {
            shard.insert(start + seconds * SECOND, &named_waker(&wakes, name), true).unwrap();
        }
        assert!(!shard.fire(start));
        assert!(shard.fire(start + 5 * SECOND) && !shard.fire(start + 5 * SECOND));
        assert_eq!((wakes.get(), shard.len()), ("a b c".to_owned(), 1));
        let next = shard.next().unwrap();
        assert!((start + 9 * SECOND..start + 10 * SECOND).contains(&next));
        assert!(shard.fire(next));
        assert_eq!(shard.next(), None);
    }

    #[test]
    fn a_key_tells_what_became_of_the_timer() {
        let (shard, wakes) = open();
        let waker = named_waker(&wakes, "w");
        let start = Instant::now();
        let [fired, waiting] =
            [1, 2].map(|after| shard.insert(start + after * SECOND, &waker, true).unwrap());
        shard.fire(start + SECOND + SECOND / 2);
        assert_eq!(shard.update(fired, &waker), Found::Fired);
        assert_eq!(shard.update(waiting, &waker), Found::Waiting);
        assert_eq!(shard.reset(fired, start, true), None);

        shard.close();
        assert_eq!((wakes.get(), shard.len(), shard.next()), ("w w".to_owned(), 0, None));
        assert_eq!(shard.insert(start, &waker, true), None);
        for closed_or_taken_over in 0..2 {
            for key in [fired, waiting] {
                assert_eq!(shard.update(key, &waker), Found::Closed, "{closed_or_taken_over}");
                shard.remove(key);
            }
            shard.open();
        }
        let new = shard.insert(start, &waker, true).unwrap();
        [fired, waiting].into_iter().for_each(|old| shard.remove(old));
        assert!(shard.fire(start + 2 * SECOND));
        assert_eq!(shard.update(new, &waker), Found::Fired);
    }

    #[test]
    fn the_last_waker_is_woken() {
        let (shard, wakes) = open();
        let start = Instant::now();
        let key = shard.insert(start + SECOND, &named_waker(&wakes, "first"), true).unwrap();
        assert_eq!(shard.update(key, &named_waker(&wakes, "second")), Found::Waiting);
        shard.fire(start + 2 * SECOND);
        assert_eq!(wakes.get(), "second");
    }

    #[test]
    fn only_a_foreigner_who_comes_first_calls() {
        let (shard, wakes) = open();
        shard.tell(named_waker(&wakes, "sooner"));
        let start = Instant::now();
        let insert =
            |seconds, owned| shard.insert(start + seconds * SECOND, Waker::noop(), owned).unwrap();
        insert(9, true);
        insert(10, false);
        let key = insert(11, false);
        assert_eq!(wakes.get(), "");
        insert(8, false);
        assert_eq!(wakes.get(), "sooner");
        let key = shard.reset(key, start + 7 * SECOND, false).unwrap();
        assert_eq!(wakes.get(), "sooner sooner");
        shard.reset(key, start + 6 * SECOND, true).unwrap();
        shard.close();
        shard.tell(named_waker(&wakes, "closed"));
        shard.open();
        insert(1, false);
        assert_eq!(wakes.get(), "sooner sooner");
    }

    #[test]
    fn with_the_last_timer_nothing_is_to_be_looked_at() {
        let (shard, _) = open();
        let start = Instant::now();
        let [first, second] =
            [1, 2].map(|after| shard.insert(start + after * SECOND, Waker::noop(), true).unwrap());
        shard.remove(first);
        // Not worth the search.
        assert!(shard.next() < Some(start + 2 * SECOND));
        shard.remove(second);
        assert_eq!(shard.next(), None);
    }

    #[test]
    fn a_waker_that_panics_takes_nobodys_wake() {
        struct Panics;
        impl std::task::Wake for Panics {
            fn wake(self: std::sync::Arc<Self>) {
                panic!("woken");
            }
        }

        let (shard, wakes) = open();
        let start = Instant::now();
        shard.insert(start, &Waker::from(std::sync::Arc::new(Panics)), true).unwrap();
        shard.insert(start, &named_waker(&wakes, "next"), true).unwrap();
        assert!(shard.fire(start + SECOND));
        assert_eq!(wakes.get(), "next");
    }
}
