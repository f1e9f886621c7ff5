//! The wheel, against a sorted map that does the same.

use std::collections::BTreeMap;

use super::*;
use crate::current::{random, seed_random};

const TICK: u64 = 1 << TICK_BITS;

fn fire(wheel: &mut Wheel<&'static str>, now: u64) -> String {
    let mut due = Vec::new();
    wheel.advance(now, &mut due);
    due.iter().map(|due| due.what).collect::<Vec<_>>().join(" ")
}

#[test]
fn it_fires_at_the_first_tick_from_the_deadline_on() {
    for (deadline, fires) in [(0, 0), (1, 1), (TICK, 1), (TICK + 1, 2), (99 * TICK - 1, 99)] {
        let mut wheel = Wheel::new();
        wheel.insert(deadline, "a");
        assert_eq!(wheel.next(), Some(fires * TICK), "{deadline}");
        if fires > 0 {
            assert_eq!(fire(&mut wheel, fires * TICK - 1), "");
        }
        assert_eq!(fire(&mut wheel, fires * TICK), "a");
        assert_eq!((wheel.len(), wheel.next()), (0, None));
    }
}

#[test]
fn what_is_late_when_it_is_set_fires_at_once() {
    let mut wheel = Wheel::new();
    assert_eq!(fire(&mut wheel, 1000 * TICK), "");
    wheel.insert(3 * TICK, "late");
    wheel.insert(2 * TICK, "later");
    assert_eq!(wheel.next(), Some(1000 * TICK));
    assert_eq!(fire(&mut wheel, 1000 * TICK), "later late");
}

#[test]
fn all_that_is_due_comes_by_deadline_and_by_insertion_among_equals() {
    let mut wheel = Wheel::new();
    for (deadline, name) in [(5000, "e"), (7, "b"), (7, "c"), (3, "a"), (9, "d"), (1 << 40, "f")] {
        wheel.insert(deadline, name);
    }
    assert_eq!(fire(&mut wheel, TICK), "a b c d e");
    assert_eq!(fire(&mut wheel, 1 << 41), "f");
}

#[test]
fn a_key_names_one_timer_only() {
    let mut wheel = Wheel::new();
    let first = wheel.insert(TICK, "first");
    assert_eq!(wheel.get_mut(first), Some(&mut "first"));
    assert_eq!(wheel.remove(first), Some("first"));
    let second = wheel.insert(TICK, "second");
    assert_eq!((wheel.remove(first), wheel.reset(first, 0)), (None, None));
    assert_eq!(fire(&mut wheel, TICK), "second");
    let third = wheel.insert(2 * TICK, "third");
    assert_eq!(wheel.get_mut(second), None);
    assert_eq!(wheel.remove(second), None);
    let moved = wheel.reset(third, 3 * TICK).unwrap();
    assert_eq!(wheel.remove(third), None);
    assert_eq!(wheel.remove(moved), Some("third"));
}

#[test]
fn a_timer_that_is_moved_fires_at_its_new_time_only() {
    let mut wheel = Wheel::new();
    let later = wheel.insert(TICK, "later");
    let sooner = wheel.insert(1 << 50, "sooner");
    wheel.reset(later, 100 * TICK).unwrap();
    wheel.reset(sooner, 2 * TICK).unwrap();
    assert_eq!(fire(&mut wheel, TICK), "");
    assert_eq!(fire(&mut wheel, 2 * TICK), "sooner");
    assert_eq!(fire(&mut wheel, 100 * TICK), "later");
}

#[test]
fn one_far_timer_is_looked_at_once() {
    for bit in TICK_BITS..u64::BITS - 1 {
        let mut wheel = Wheel::new();
        wheel.insert(1 << bit, "far");
        assert_eq!(wheel.next(), Some(1 << bit));
        assert_eq!(fire(&mut wheel, (1 << bit) - 1), "");
        assert_eq!(wheel.next(), Some(1 << bit));
        assert_eq!(fire(&mut wheel, 1 << bit), "far");
    }
}

#[test]
fn the_end_of_time_is_the_last_tick() {
    let mut wheel = Wheel::new();
    wheel.insert(u64::MAX, "never");
    assert_eq!(fire(&mut wheel, u64::MAX - TICK), "");
    assert_eq!(wheel.next(), Some(LAST_TICK * TICK));
    assert_eq!(fire(&mut wheel, u64::MAX), "never");
}

#[test]
fn many_in_one_long_slot_are_not_searched_for_the_first() {
    let mut wheel = Wheel::new();
    let deadline = (63 << 40) + (1 << 30);
    for n in 0..=LOOK as u64 {
        wheel.insert(deadline + n * TICK, "one");
    }
    // Too many to look at: the slot's own beginning.
    let early = wheel.next().unwrap();
    assert!(early < deadline);
    assert_eq!(fire(&mut wheel, early), "");
    assert!(wheel.next().unwrap() > early);
    assert_eq!(fire(&mut wheel, deadline), "one");
}

#[test]
fn an_empty_wheel_keeps_little_memory_and_knows_its_old_keys() {
    let mut wheel = Wheel::new();
    let keys: Vec<_> = (0..5000).map(|n| wheel.insert(n, "one")).collect();
    assert!(wheel.nodes.capacity() >= 5000);
    keys[1..].iter().for_each(|&key| assert_eq!(wheel.remove(key), Some("one")));
    assert_eq!(fire(&mut wheel, TICK), "one");
    assert_eq!(wheel.nodes.capacity(), 0);
    wheel.insert(TICK, "new");
    keys.iter().for_each(|&key| assert_eq!(wheel.remove(key), None));
    assert_eq!(wheel.clear(), ["new"]);
    assert_eq!((wheel.len(), wheel.next(), wheel.stamp()), (0, None, 5001));
}

/// What a wheel must do: timers by deadline and stamp.
#[derive(Default)]
struct Model {
    now: u64,
    set: BTreeMap<(u64, u64), u64>,
}

impl Model {
    fn advance(&mut self, now: u64) -> Vec<u64> {
        self.now = self.now.max(now / TICK);
        let mut due = Vec::new();
        while let Some((&(deadline, stamp), _)) = self.set.first_key_value()
            && tick_from(deadline) <= self.now
        {
            due.extend(self.set.remove(&(deadline, stamp)));
        }
        due
    }

    fn next(&self) -> Option<u64> {
        let (&(deadline, _), _) = self.set.first_key_value()?;
        Some(tick_from(deadline).max(self.now) * TICK)
    }
}

/// A time from now on: near and far ones are as likely, and each level's borders are.
fn later(now: u64) -> u64 {
    let bits = random(54) as u32;
    let ahead = (random(1 << 31) as u64) << 31 >> (62 - bits);
    let time = now.saturating_add(ahead);
    match random(4) {
        0 => time >> bits << bits,
        1 => (time >> bits << bits).saturating_sub(1),
        _ => time,
    }
}

#[test]
fn it_does_what_a_sorted_map_does() {
    for seed in 0..200 {
        seed_random(seed);
        let (mut wheel, mut model) = (Wheel::new(), Model::default());
        let mut keys: Vec<(Key, (u64, u64))> = Vec::new();
        let mut now = 0;
        for name in 0..500 {
            let which = random(keys.len().max(1));
            match (random(8), keys.get(which).copied()) {
                (0 | 1, _) => {
                    // To the next timer, or anywhere.
                    let next = model.next().filter(|_| random(2) == 0);
                    now = next.unwrap_or_else(|| later(now)).max(now);
                    let mut due = Vec::new();
                    wheel.advance(now, &mut due);
                    let due: Vec<_> = due.into_iter().map(|due| due.what).collect();
                    assert_eq!(due, model.advance(now), "seed {seed}, at {name}");
                }
                (2, Some((key, entry))) => {
                    assert_eq!(wheel.remove(key), model.set.remove(&entry), "seed {seed}");
                }
                (3, Some((key, entry))) => {
                    let deadline = later(now);
                    let moved = wheel.reset(key, deadline);
                    let value = model.set.remove(&entry);
                    assert_eq!(moved.is_some(), value.is_some(), "seed {seed}");
                    if let Some((moved, value)) = moved.zip(value) {
                        keys[which] = (moved, (deadline, moved.stamp));
                        model.set.insert((deadline, moved.stamp), value);
                    }
                }
                _ => {
                    let late = if seed % 2 == 0 { random(1 << 20) as u64 } else { 0 };
                    let deadline = later(now).saturating_sub(late);
                    let key = wheel.insert(deadline, name);
                    model.set.insert((deadline, key.stamp), name);
                    keys.push((key, (deadline, key.stamp)));
                }
            }
            assert_eq!(wheel.len(), model.set.len(), "seed {seed}");
            // Perhaps earlier than needed, but never in the past and never later.
            let (early, next) = (wheel.next(), model.next());
            assert_eq!(early.is_some(), next.is_some(), "seed {seed}");
            assert!(early <= next && early.is_none_or(|early| early >> TICK_BITS >= wheel.now));
        }
        assert_eq!(wheel.clear().len(), model.set.len());
    }
}
