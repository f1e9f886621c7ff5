//! Condition variables: who is woken, when it has the mutex, and to whom a wake goes that nobody took.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::time::Duration;

use taipan::sync::{Condvar, Mutex};
use taipan::{Runtime, gather, spawn, timeout, yield_now};
use taipan_tests::{Counter, Log, bounded};

#[path = "support/sync.rs"]
mod support;
use support::{Waiting, at_once, queue};

type Guard<'a> = taipan::sync::MutexGuard<'a, u32>;

/// Somebody who waits to be notified.
#[track_caller]
fn wait<'a>(condvar: &'a Condvar, mutex: &'a Mutex<u32>) -> Waiting<'a, Guard<'a>> {
    let guard = at_once(mutex.lock());
    let waiting = queue(condvar.wait(guard));
    assert!(!mutex.is_locked(), "who waits has unlocked");
    waiting
}

// N297
#[test]
fn one_that_is_woken_goes_on_once_the_notifier_has_unlocked() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    let (mut first, mut second) = (wait(&condvar, &mutex), wait(&condvar, &mutex));
    let mut guard = at_once(mutex.lock());
    *guard = 1;
    condvar.notify_one();
    assert!(first.waits(), "the notifier has the mutex");
    assert_eq!((condvar.statistics().waiting, mutex.statistics().waiting), (1, 1));
    drop(guard);
    let guard = first.take();
    assert_eq!(*guard, 1);
    drop(guard);
    assert!(second.waits());
}

// N298
#[test]
fn all_that_are_woken_go_on_one_after_the_other() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    let (first, mut second) = (wait(&condvar, &mutex), wait(&condvar, &mutex));
    condvar.notify_all();
    assert_eq!(condvar.statistics().waiting, 0);
    let guard = first.take();
    assert!(second.waits(), "the first has the mutex");
    drop(guard);
    drop(second.take());
    assert!(!mutex.is_locked());
}

#[test]
fn a_notification_that_nobody_waits_for_is_no_event() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    condvar.notify_one();
    condvar.notify_all();
    let mut waiting = wait(&condvar, &mutex);
    assert!(waiting.waits());
}

// N300
#[test]
fn a_condition_is_looked_at_at_once_and_after_each_wake() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    let looks = Counter::new();
    let waits = || {
        let guard = at_once(mutex.lock());
        condvar.wait_while(guard, |value| {
            looks.add();
            *value < 2
        })
    };
    let mut waiting = queue(waits());
    for expected in 1..=2 {
        assert_eq!(looks.get(), expected);
        *at_once(mutex.lock()) += 1;
        condvar.notify_one();
        if expected == 1 {
            assert!(waiting.waits());
        }
    }
    assert_eq!(*waiting.take(), 2);
    assert_eq!(looks.get(), 3);
    assert_eq!(*at_once(waits()), 2); // not waited at all
    assert_eq!(looks.get(), 4);
}

// N301: a waiter that is cancelled leaves the line, and does not want the mutex any more.
#[test]
fn a_waiter_that_is_cancelled_leaves_no_trace() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    let (first, second) = (wait(&condvar, &mutex), wait(&condvar, &mutex));
    drop(first);
    assert_eq!(condvar.statistics().waiting, 1);
    condvar.notify_one();
    drop(second.take());
    assert!(!mutex.is_locked());
}

// N302, N304: it was woken, and is cancelled before it has run, or while it waits for the mutex.
#[test]
fn a_wake_that_its_waiter_did_not_live_to_use_goes_to_the_next() {
    for waits_for_the_mutex in [false, true] {
        let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
        let (mut first, mut second) = (wait(&condvar, &mutex), wait(&condvar, &mutex));
        let guard = at_once(mutex.lock());
        condvar.notify_one();
        if waits_for_the_mutex {
            assert!(first.waits());
        }
        assert_eq!(mutex.statistics().waiting, usize::from(waits_for_the_mutex));
        drop(first);
        assert_eq!((condvar.statistics().waiting, mutex.statistics().waiting), (0, 0));
        assert!(second.waits());
        drop(guard);
        drop(second.take());
    }
}

// Who came after a `notify_all` was not meant by it.
#[test]
fn a_wake_of_all_goes_to_nobody_else() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    let woken = wait(&condvar, &mutex);
    condvar.notify_all();
    let mut late = wait(&condvar, &mutex);
    drop(woken);
    assert!(late.waits());
    assert_eq!(condvar.statistics().waiting, 1);
}

// A wake that was used is not passed on.
#[test]
fn one_notification_wakes_one() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    let (first, mut second) = (wait(&condvar, &mutex), wait(&condvar, &mutex));
    condvar.notify_one();
    drop(first.take());
    assert!(second.waits());
    assert_eq!(condvar.statistics().waiting, 1);
}

// N306
#[test]
fn two_condition_variables_may_share_a_mutex() {
    let mutex = Mutex::new(0);
    let (full, empty) = (Condvar::new(), Condvar::new());
    let (mut puts, gets) = (wait(&full, &mutex), wait(&empty, &mutex));
    empty.notify_all();
    drop(gets.take());
    assert!(puts.waits());
    full.notify_one();
    drop(puts.take());
}

#[taipan::test(virtual_time)]
async fn a_timeout_ends_the_wait_and_leaves_the_mutex_free() {
    let (condvar, mutex) = (Condvar::new(), Mutex::new(0));
    let waits = condvar.wait(mutex.lock().await);
    assert!(timeout(Duration::from_secs(1), waits).await.is_err());
    assert_eq!(condvar.statistics().waiting, 0);
    assert!(!mutex.is_locked());
}

#[taipan::test]
async fn tasks_that_are_woken_together_go_on_in_order() {
    let (log, mutex, condvar) = (Log::new(), Mutex::new(false), Condvar::new());
    let waits = async |name: &str| {
        let _guard = condvar.wait_while(mutex.lock().await, |open| !*open).await;
        log.add(name);
        yield_now().await;
        log.add(name);
    };
    let opens = async {
        let mut open = mutex.lock().await;
        *open = true;
        condvar.notify_all();
        log.add("open");
    };
    gather!(waits("a"), waits("b"), waits("c"), opens).await;
    assert_eq!(log.get(), "open a a b b c c");
}

#[test]
fn it_can_be_a_static_and_tells_of_itself() {
    static CONDVAR: Condvar = Condvar::new();
    let mutex = Mutex::new(0);
    let _waiting = wait(&CONDVAR, &mutex);
    assert_eq!(format!("{CONDVAR:?}"), "Condvar { waiting: 1, .. }");
}

// A bounded buffer made by hand, with every consumer notified one at a time.
#[test]
fn no_item_is_left_lying_on_four_threads() {
    let taken = bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let shared = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
            let consumers: Vec<_> = (0..20)
                .map(|_| {
                    let shared = Arc::clone(&shared);
                    spawn(async move {
                        let (items, filled) = &*shared;
                        let mut sum = 0;
                        for _ in 0..10 {
                            let items = items.lock().await;
                            let mut items = filled
                                .wait_while(items, |items: &mut Vec<u32>| items.is_empty())
                                .await;
                            sum += items.pop().unwrap();
                        }
                        sum
                    })
                })
                .collect();
            for item in 0..200 {
                shared.0.lock().await.push(item);
                shared.1.notify_one();
            }
            let mut taken = 0;
            for consumer in consumers {
                taken += consumer.await.unwrap();
            }
            taken
        })
    });
    assert_eq!(taken, (0..200).sum::<u32>());
}
