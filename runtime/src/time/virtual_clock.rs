//! A clock that stands still until it is told to go on.
//!
//! # The protocol
//!
//! 1. Time only moves in [`jump`](Clock::jump), which the test runtime calls when nobody has anything to
//!    do before the next timer, and never backwards.
//! 2. A timer fires in the move that reaches its deadline, in the order of deadlines, and of insertion
//!    among equal ones. It is forgotten when it fires: its key then names nothing.
//! 3. A timer whose deadline had passed when it was inserted fires at the next move, which then does not
//!    need to advance the time: no wake is lost to a race between a poll and a jump.
//! 4. Wakers run user code. None is called, cloned or dropped under the lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use crate::current::{Clock, TimerKey};

/// The clock of a test runtime.
pub(crate) struct VirtualClock {
    state: Mutex<State>,
}

struct State {
    now: Instant,
    /// How many timers there have been: the next one's place among equals.
    inserted: u64,
    timers: BTreeMap<TimerKey, Waker>,
}

impl VirtualClock {
    /// Starts at the system's time, so that instants taken before it compare well with its own.
    pub(crate) fn new() -> VirtualClock {
        let state = State { now: Instant::now(), inserted: 0, timers: BTreeMap::new() };
        VirtualClock { state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many timers are set.
    #[cfg(test)]
    pub(crate) fn timers(&self) -> usize {
        self.state().timers.len()
    }

    /// Moves on by `duration`, and wakes whom it concerns.
    #[cfg(test)]
    pub(crate) fn advance(&self, duration: std::time::Duration) {
        let due = {
            let mut state = self.state();
            let now = state.now + duration;
            state.move_to(now)
        };
        due.into_values().for_each(Waker::wake);
    }
}

impl State {
    /// Sets the time and takes out what is due by then.
    fn move_to(&mut self, now: Instant) -> BTreeMap<TimerKey, Waker> {
        self.now = now;
        let first_later = self.timers.keys().find(|key| key.deadline > now).copied();
        let later = first_later.map_or_else(BTreeMap::new, |key| self.timers.split_off(&key));
        std::mem::replace(&mut self.timers, later)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Instant {
        self.state().now
    }

    fn insert(&self, deadline: Instant, waker: &Waker) -> TimerKey {
        let waker = waker.clone();
        let mut state = self.state();
        let key = TimerKey { deadline, place: state.inserted };
        state.inserted += 1;
        state.timers.insert(key, waker);
        key
    }

    fn update(&self, key: TimerKey, waker: &Waker) -> bool {
        let mut waker = waker.clone();
        let mut state = self.state();
        let Some(slot) = state.timers.get_mut(&key) else {
            // Unlocked before `waker`, which was declared first, is dropped.
            return false;
        };
        std::mem::swap(slot, &mut waker);
        true
    }

    fn remove(&self, key: TimerKey) {
        let removed = self.state().timers.remove(&key);
        drop(removed);
    }

    fn jump(&self) -> bool {
        let due = {
            let mut state = self.state();
            let Some(first) = state.timers.keys().next() else { return false };
            let now = state.now.max(first.deadline);
            state.move_to(now)
        };
        due.into_values().for_each(Waker::wake);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::testing::{Wakes, named_waker};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_jump_goes_to_the_earliest_timer_and_wakes_only_what_is_due() {
        let clock = VirtualClock::new();
        let start = clock.now();
        let wakes = Wakes::default();
        clock.insert(start + 3 * SECOND, &named_waker(&wakes, "late"));
        clock.insert(start + SECOND, &named_waker(&wakes, "early"));
        assert!(clock.jump());
        assert_eq!((wakes.get(), clock.now() - start), ("early".to_owned(), SECOND));
        assert!(clock.jump());
        assert_eq!((wakes.get(), clock.now() - start), ("early late".to_owned(), 3 * SECOND));
        assert!(!clock.jump());
        assert_eq!(clock.now() - start, 3 * SECOND);
    }

    #[test]
    fn equal_deadlines_fire_in_the_order_of_insertion() {
        let clock = VirtualClock::new();
        let wakes = Wakes::default();
        let deadline = clock.now() + SECOND;
        for name in ["a", "b", "c", "d"] {
            clock.insert(deadline, &named_waker(&wakes, name));
        }
        assert!(clock.jump());
        assert_eq!(wakes.get(), "a b c d");
    }

    // K266
    #[test]
    fn timers_fire_in_the_order_of_deadlines_even_when_all_are_due() {
        let clock = VirtualClock::new();
        let start = clock.now();
        let wakes = Wakes::default();
        for (seconds, name) in [(3, "c"), (1, "a"), (2, "b"), (9, "later")] {
            clock.insert(start + seconds * SECOND, &named_waker(&wakes, name));
        }
        clock.advance(5 * SECOND);
        assert_eq!((wakes.get(), clock.timers()), ("a b c".to_owned(), 1));
    }

    #[test]
    fn a_timer_in_the_past_fires_at_the_next_jump_without_moving_the_time() {
        let clock = VirtualClock::new();
        clock.advance(5 * SECOND);
        let now = clock.now();
        let wakes = Wakes::default();
        clock.insert(now - SECOND, &named_waker(&wakes, "past"));
        clock.insert(now + SECOND, &named_waker(&wakes, "future"));
        assert!(clock.jump());
        assert_eq!((wakes.get(), clock.now()), ("past".to_owned(), now));
    }

    #[test]
    fn a_removed_timer_does_not_fire_and_does_not_attract_a_jump() {
        let clock = VirtualClock::new();
        let wakes = Wakes::default();
        let key = clock.insert(clock.now() + SECOND, &named_waker(&wakes, "removed"));
        clock.remove(key);
        assert!(!clock.jump());
        assert_eq!(wakes.get(), "");
    }

    #[test]
    fn an_updated_timer_wakes_the_new_waker_in_the_old_place() {
        let clock = VirtualClock::new();
        let wakes = Wakes::default();
        let deadline = clock.now() + SECOND;
        let key = clock.insert(deadline, &named_waker(&wakes, "old"));
        clock.insert(deadline, &named_waker(&wakes, "second"));
        assert!(clock.update(key, &named_waker(&wakes, "new")));
        assert!(clock.jump());
        assert_eq!(wakes.get(), "new second");
        assert!(!clock.update(key, &named_waker(&wakes, "gone")));
    }

    #[test]
    fn a_waker_may_call_the_clock() {
        use std::sync::Arc;

        struct Inserts(Arc<VirtualClock>);
        impl std::task::Wake for Inserts {
            fn wake(self: Arc<Self>) {
                self.0.insert(self.0.now() + SECOND, Waker::noop());
            }
        }

        let clock = Arc::new(VirtualClock::new());
        let waker = Waker::from(Arc::new(Inserts(Arc::clone(&clock))));
        clock.insert(clock.now() + SECOND, &waker);
        assert!(clock.jump());
        assert_eq!(clock.timers(), 1);
    }
}
