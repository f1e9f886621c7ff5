//! The wakers of the children of a wide list, in the hands of those who keep them too long.
#![forbid(unsafe_code)]

use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use taipan_tests::{Counter, WakeCounter, counted, poll_with};

/// More than one word of children, and the last word is not full.
const CHILDREN: usize = 100;

/// What children leave to somebody else: their wakers, each as often as it was polled.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Waker>>>);

impl Kept {
    /// Never ends; keeps a clone of the waker of every poll.
    async fn keep(self) {
        poll_fn(|cx| {
            self.0.lock().unwrap().push(cx.waker().clone());
            Poll::<()>::Pending
        })
        .await;
    }

    fn take(&self) -> Vec<Waker> {
        mem::take(&mut *self.0.lock().unwrap())
    }
}

#[test]
fn a_waker_that_is_kept_wakes_its_own_child_only() {
    let kept = Kept::default();
    let counters: Vec<_> = (0..CHILDREN).map(|_| (Counter::new(), Counter::new())).collect();
    let children = counters.iter().map(|(polls, drops)| counted(kept.clone().keep(), polls, drops));
    let mut all = pin!(taipan::gather(children));
    let (wakes, waker) = WakeCounter::new();
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    let wakers = kept.take();
    assert_eq!(wakers.len(), CHILDREN);
    for (index, child) in wakers.iter().enumerate() {
        child.wake_by_ref();
        assert_eq!(wakes.get(), index + 1);
        assert!(poll_with(all.as_mut(), &waker).is_pending());
        let polls: Vec<_> = counters.iter().map(|(polls, _)| polls.get()).collect();
        let expected: Vec<_> = (0..CHILDREN).map(|other| 1 + usize::from(other <= index)).collect();
        assert_eq!(polls, expected);
    }
}

#[test]
fn the_wakers_of_two_polls_of_one_child_are_the_same_and_those_of_two_children_are_not() {
    let kept = Kept::default();
    let mut all = pin!(taipan::gather((0..CHILDREN).map(|_| kept.clone().keep())));
    let (_, waker) = WakeCounter::new();
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    let first = kept.take();
    first.iter().for_each(Waker::wake_by_ref);
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    let second = kept.take();
    for (index, waker) in first.iter().enumerate() {
        let same: Vec<_> = (0..CHILDREN).filter(|&i| waker.will_wake(&second[i])).collect();
        assert_eq!(same, [index]);
        assert!(!waker.will_wake(&Waker::noop().clone()));
    }
}

#[test]
fn wakers_that_outlive_the_list_wake_nobody_and_keep_nobody() {
    let kept = Kept::default();
    let (wakes, waker) = WakeCounter::new();
    let (polls, drops) = (Counter::new(), Counter::new());
    {
        let children = (0..CHILDREN).map(|_| counted(kept.clone().keep(), &polls, &drops));
        let mut all = pin!(taipan::gather(children));
        assert!(poll_with(all.as_mut(), &waker).is_pending());
    }
    assert_eq!(drops.get(), CHILDREN);
    drop(waker);
    assert_eq!(Arc::strong_count(&wakes), 1);
    for child in kept.take() {
        let more = [child.clone(), child.clone()];
        child.wake_by_ref();
        child.wake();
        more.into_iter().for_each(Waker::wake);
    }
    assert_eq!((wakes.get(), polls.get()), (0, CHILDREN));
}

#[test]
fn wakers_are_cloned_woken_and_dropped_by_threads_while_the_list_is_polled_and_dropped() {
    for _ in 0..20 {
        let kept = Kept::default();
        let (wakes, waker) = WakeCounter::new();
        let mut all = Box::pin(taipan::gather((0..CHILDREN).map(|_| kept.clone().keep())));
        assert!(poll_with(all.as_mut(), &waker).is_pending());
        let wakers = Arc::new(kept.take());
        let threads: Vec<_> = (0..3)
            .map(|thread| {
                let wakers = Arc::clone(&wakers);
                thread::spawn(move || {
                    for waker in wakers.iter().skip(thread) {
                        let clone = waker.clone();
                        waker.wake_by_ref();
                        if thread == 0 { drop(clone) } else { clone.wake() }
                    }
                })
            })
            .collect();
        for _ in 0..10 {
            assert!(poll_with(all.as_mut(), &waker).is_pending());
        }
        drop(all);
        let woken = wakes.get();
        assert!(woken <= 11, "once a round at most, and one may be under way: {woken}");
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        drop((kept, waker, wakers));
        assert_eq!(Arc::strong_count(&wakes), 1);
    }
}

#[test]
fn a_list_that_is_forgotten_still_wakes_its_parent_and_polls_and_drops_nobody() {
    let kept = Kept::default();
    let (wakes, waker) = WakeCounter::new();
    let (polls, drops) = (Counter::new(), Counter::new());
    let children = (0..CHILDREN).map(|_| counted(kept.clone().keep(), &polls, &drops));
    let mut all = Box::pin(taipan::gather(children));
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    mem::forget(all);
    let wakers = kept.take();
    wakers.iter().for_each(Waker::wake_by_ref);
    drop(wakers);
    assert_eq!((wakes.get(), polls.get(), drops.get()), (1, CHILDREN, 0));
}
