//! The clock of a test: its timers fire when the test's loop says so.
//!
//! # The protocol
//!
//! 1. A still clock only moves by [`jump`](TestClock::jump), which the loop calls when nobody has anything to do
//!    before the next timer, and by [`Clock::advance`]; never backwards. A running one is the system's.
//! 2. A timer fires in the move that reaches its deadline, in the order of deadlines, and of insertion
//!    among equal ones. It is forgotten when it fires: its key then names nothing.
//! 3. A timer whose deadline had passed when it was inserted fires at the next move, which then does not
//!    need to advance the time: no wake is lost to a race between a poll and a jump.
//! 4. An advance goes from timer to timer: the loop takes a [`step`](TestClock::step) whenever everybody
//!    waits, so what a timer sets off is over before the next one fires, and before the advance ends.
//! 5. Wakers run user code. None is called, cloned or dropped under the lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use crate::current::{Clock, TimerKey};

/// The clock of a test.
pub(crate) struct TestClock {
    state: Mutex<State>,
}

struct State {
    /// Where a still clock stands; `None`: it runs, as the system's.
    stands: Option<Instant>,
    /// How many timers and advances there have been: the next one's place among equals.
    inserted: u64,
    timers: BTreeMap<TimerKey, Waker>,
    /// Those who move the clock, by where they move it to.
    advances: BTreeMap<TimerKey, Waker>,
}

impl TestClock {
    /// One that stands still. It starts at the system's time, so that instants taken before compare well with
    /// its own.
    pub(crate) fn still() -> TestClock {
        TestClock::new(Some(Instant::now()))
    }

    /// One that shows the system's time.
    pub(crate) fn running() -> TestClock {
        TestClock::new(None)
    }

    fn new(stands: Option<Instant>) -> TestClock {
        let (timers, advances) = (BTreeMap::new(), BTreeMap::new());
        TestClock { state: Mutex::new(State { stands, inserted: 0, timers, advances }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deadline of the first timer.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.state().timers.keys().next().map(|key| key.deadline)
    }

    /// Nothing can go on before the next timer: a still clock moves there. Fires what is due then; `false`: no
    /// timer is set.
    pub(crate) fn jump(&self) -> bool {
        let due = {
            let mut state = self.state();
            let Some(first) = state.timers.keys().next().copied() else { return false };
            state.move_to(first.deadline)
        };
        due.into_values().for_each(Waker::wake);
        true
    }

    /// As [`jump`](Self::jump), but no further than the nearest advance goes, which ends if no timer is left on
    /// the way. `false`: nobody moves the clock.
    pub(crate) fn step(&self) -> bool {
        let due = {
            let mut state = self.state();
            let Some(target) = state.advances.keys().next().map(|key| key.deadline) else {
                return false;
            };
            match state.timers.keys().next().copied() {
                Some(first) if first.deadline <= target => state.move_to(first.deadline),
                _ => {
                    let due = state.move_to(target);
                    debug_assert!(due.is_empty());
                    take_until(&mut state.advances, target)
                }
            }
        };
        due.into_values().for_each(Waker::wake);
        true
    }

    /// How many timers are set.
    #[cfg(test)]
    pub(crate) fn timers(&self) -> usize {
        self.state().timers.len()
    }

    /// Moves on by `duration` at once, and wakes whom it concerns.
    #[cfg(test)]
    pub(crate) fn pass(&self, duration: std::time::Duration) {
        let due = {
            let mut state = self.state();
            let now = state.now() + duration;
            state.move_to(now)
        };
        due.into_values().for_each(Waker::wake);
    }
}

impl State {
    fn now(&self) -> Instant {
        self.stands.unwrap_or_else(Instant::now)
    }

    /// Moves a still clock to `then`, unless it is past that, and takes out what is due.
    fn move_to(&mut self, then: Instant) -> BTreeMap<TimerKey, Waker> {
        if let Some(stands) = &mut self.stands {
            *stands = then.max(*stands);
        }
        let now = self.now();
        take_until(&mut self.timers, now)
    }

    fn insert(&mut self, deadline: Instant) -> TimerKey {
        let key = TimerKey { deadline, place: self.inserted };
        self.inserted += 1;
        key
    }

    /// The waker of that timer or advance.
    fn slot(&mut self, key: TimerKey) -> Option<&mut Waker> {
        self.timers.get_mut(&key).or_else(|| self.advances.get_mut(&key))
    }
}

/// Takes out what has a deadline up to `now`.
fn take_until(map: &mut BTreeMap<TimerKey, Waker>, now: Instant) -> BTreeMap<TimerKey, Waker> {
    let first_later = map.keys().find(|key| key.deadline > now).copied();
    let later = first_later.map_or_else(BTreeMap::new, |key| map.split_off(&key));
    std::mem::replace(map, later)
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.state().now()
    }

    fn insert(&self, deadline: Instant, waker: &Waker) -> TimerKey {
        let waker = waker.clone();
        let mut state = self.state();
        let key = state.insert(deadline);
        state.timers.insert(key, waker);
        key
    }

    fn update(&self, key: TimerKey, waker: &Waker) -> bool {
        let mut waker = waker.clone();
        let mut state = self.state();
        let Some(slot) = state.slot(key) else {
            // Unlocked before `waker`, which was declared first, is dropped.
            return false;
        };
        std::mem::swap(slot, &mut waker);
        true
    }

    fn remove(&self, key: TimerKey) {
        let mut state = self.state();
        let removed = (state.timers.remove(&key), state.advances.remove(&key));
        drop(state);
        drop(removed);
    }

    fn is_still(&self) -> bool {
        self.state().stands.is_some()
    }

    fn advance(&self, target: Instant, waker: &Waker) -> TimerKey {
        let waker = waker.clone();
        let mut state = self.state();
        let key = state.insert(target);
        state.advances.insert(key, waker);
        key
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
        let clock = TestClock::still();
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
        let clock = TestClock::still();
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
        let clock = TestClock::still();
        let start = clock.now();
        let wakes = Wakes::default();
        for (seconds, name) in [(3, "c"), (1, "a"), (2, "b"), (9, "later")] {
            clock.insert(start + seconds * SECOND, &named_waker(&wakes, name));
        }
        clock.pass(5 * SECOND);
        assert_eq!((wakes.get(), clock.timers()), ("a b c".to_owned(), 1));
    }

    #[test]
    fn a_timer_in_the_past_fires_at_the_next_jump_without_moving_the_time() {
        let clock = TestClock::still();
        clock.pass(5 * SECOND);
        let now = clock.now();
        let wakes = Wakes::default();
        clock.insert(now - SECOND, &named_waker(&wakes, "past"));
        clock.insert(now + SECOND, &named_waker(&wakes, "future"));
        assert!(clock.jump());
        assert_eq!((wakes.get(), clock.now()), ("past".to_owned(), now));
    }

    #[test]
    fn a_removed_timer_does_not_fire_and_does_not_attract_a_jump() {
        let clock = TestClock::still();
        let wakes = Wakes::default();
        let key = clock.insert(clock.now() + SECOND, &named_waker(&wakes, "removed"));
        clock.remove(key);
        assert!(!clock.jump());
        assert_eq!(wakes.get(), "");
    }

    #[test]
    fn an_updated_timer_wakes_the_new_waker_in_the_old_place() {
        let clock = TestClock::still();
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

        struct Inserts(Arc<TestClock>);
        impl std::task::Wake for Inserts {
            fn wake(self: Arc<Self>) {
                self.0.insert(self.0.now() + SECOND, Waker::noop());
            }
        }

        let clock = Arc::new(TestClock::still());
        let waker = Waker::from(Arc::new(Inserts(Arc::clone(&clock))));
        clock.insert(clock.now() + SECOND, &waker);
        assert!(clock.jump());
        assert_eq!(clock.timers(), 1);
    }

    #[test]
    fn an_advance_goes_from_timer_to_timer_and_ends_after_them() {
        let clock = TestClock::still();
        let start = clock.now();
        let wakes = Wakes::default();
        for (seconds, name) in [(3, "c"), (1, "a"), (2, "b"), (9, "later")] {
            clock.insert(start + seconds * SECOND, &named_waker(&wakes, name));
        }
        assert!(!clock.step());
        let target = start + 3 * SECOND;
        let key = clock.advance(target, &named_waker(&wakes, "done"));
        let mut seen = Vec::new();
        while clock.update(key, &named_waker(&wakes, "done")) {
            assert!(clock.step());
            seen.push((clock.now() - start).as_secs());
        }
        assert_eq!((seen, wakes.get()), (vec![1, 2, 3, 3], "a b c done".to_owned()));
        assert_eq!((clock.timers(), clock.step()), (1, false));
    }

    #[test]
    fn a_timer_that_is_set_on_the_way_fires_on_the_way() {
        let clock = TestClock::still();
        let start = clock.now();
        let wakes = Wakes::default();
        clock.insert(start + SECOND, &named_waker(&wakes, "a"));
        clock.advance(start + 5 * SECOND, &named_waker(&wakes, "done"));
        assert!(clock.step());
        clock.insert(clock.now() + SECOND, &named_waker(&wakes, "b"));
        assert!(clock.step() && clock.step());
        assert_eq!((wakes.get(), clock.now() - start), ("a b done".to_owned(), 5 * SECOND));
    }

    #[test]
    fn an_advance_that_is_removed_leaves_the_clock_where_it_is() {
        let clock = TestClock::still();
        let start = clock.now();
        let key = clock.advance(start + SECOND, Waker::noop());
        clock.remove(key);
        assert!(!clock.step());
        assert_eq!(clock.now(), start);
    }

    #[test]
    fn a_running_clock_shows_the_systems_time() {
        let clock = TestClock::running();
        let before = Instant::now();
        assert!(clock.now() >= before && !clock.is_still());
        let wakes = Wakes::default();
        clock.insert(before, &named_waker(&wakes, "due"));
        clock.insert(before + 3600 * SECOND, &named_waker(&wakes, "later"));
        assert_eq!(clock.next(), Some(before));
        assert!(clock.jump());
        assert_eq!((wakes.get(), clock.timers()), ("due".to_owned(), 1));
    }
}
