//! Mutexes: one holder at a time, in the order of arrival.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use taipan::sync::{Mutex, MutexGuard, OwnedMutexGuard};
use taipan::{Runtime, gather, spawn, timeout, yield_now};
use taipan_tests::{Log, WakeCounter, bounded, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

// L273, L275, L285
#[test]
fn it_is_handed_to_the_first_in_line() {
    let mutex = Mutex::new(0);
    let mut guard = mutex.try_lock().unwrap();
    *guard += 1;
    let (first, mut second) = (queue(mutex.lock()), queue(mutex.lock()));
    drop(guard);
    // Nobody overtakes, and whoever unlocked neither.
    assert!(mutex.try_lock().is_none());
    assert!(mutex.is_locked());
    let again = queue(mutex.lock());
    assert!(second.waits());
    let mut first = first.take();
    *first += 1;
    drop(first);
    *second.take() += 1;
    let third = again.take();
    assert_eq!(*third, 3);
}

// L274, L276
#[test]
fn every_way_out_of_a_block_unlocks() {
    let mutex = Mutex::new(0);
    let block = async |leave: u32| {
        for _ in 0..2 {
            let mut guard = mutex.lock().await;
            *guard += 1;
            match leave {
                0 => break,
                1 => return Err("left"),
                2 => panic!("left"),
                _ => {}
            }
        }
        Ok(())
    };
    assert_eq!(at_once(block(0)), Ok(()));
    assert_eq!(at_once(block(1)), Err("left"));
    assert!(catch_unwind(AssertUnwindSafe(|| at_once(block(2)))).is_err());
    // Not poisoned either.
    assert_eq!(at_once(block(3)), Ok(()));
    assert!(!mutex.is_locked());
    assert_eq!(mutex.into_inner(), 5);
}

// L278
#[test]
fn a_waiter_that_is_cancelled_leaves_no_trace() {
    let mutex = Mutex::new(0);
    let guard = mutex.try_lock().unwrap();
    let (first, second, third) = (queue(mutex.lock()), queue(mutex.lock()), queue(mutex.lock()));
    assert_eq!(mutex.statistics().waiting, 3);
    drop(second);
    assert_eq!(mutex.statistics().waiting, 2);
    drop(guard);
    drop(first.take());
    drop(third.take());
    assert!(!mutex.statistics().locked);
}

// L279, L280: the first is cancelled before or after it was handed the lock; exactly one of the others gets it.
#[test]
fn a_release_and_the_cancellation_of_the_first_waiter_at_once() {
    for release_first in [false, true] {
        let mutex = Mutex::new(0);
        let guard = mutex.try_lock().unwrap();
        let first = queue(mutex.lock());
        let (wakes, waker) = WakeCounter::new();
        let mut others: Vec<_> = (0..2).map(|_| Box::pin(mutex.lock())).collect();
        for other in &mut others {
            assert!(poll_with(other.as_mut(), &waker).is_pending());
        }
        if release_first {
            drop(guard);
            drop(first);
        } else {
            drop(first);
            drop(guard);
        }
        assert_eq!(wakes.get(), 1);
        let polled: Vec<_> =
            others.iter_mut().map(|other| poll_with(other.as_mut(), &waker)).collect();
        assert!(polled[0].is_ready() && polled[1].is_pending());
    }
}

// L288
#[test]
fn it_tells_of_itself() {
    let mutex = Mutex::new(7);
    assert_eq!(format!("{mutex:?}"), "Mutex { data: 7, waiting: 0, .. }");
    let guard = mutex.try_lock().unwrap();
    let _waiting = queue(mutex.lock());
    let statistics = mutex.statistics();
    assert_eq!((statistics.locked, statistics.waiting), (true, 1));
    assert_eq!(format!("{mutex:?}"), "Mutex { data: <locked>, waiting: 1, .. }");
    assert_eq!(format!("{guard:?}"), "7");
}

#[test]
fn its_data_is_reached_without_a_lock_by_its_owner() {
    let mut mutex = Mutex::from(String::from("a"));
    mutex.get_mut().push('b');
    assert_eq!(mutex.into_inner(), "ab");
    assert_eq!(*Mutex::<u32>::default().try_lock().unwrap(), 0);
}

#[test]
fn its_owner_reaches_the_data_after_an_owned_guard() {
    let mut mutex = Arc::new(Mutex::new(1));
    let guard = mutex.try_lock_owned().unwrap();
    assert!(mutex.try_lock_owned().is_none());
    assert!(Arc::get_mut(&mut mutex).is_none());
    drop(guard);
    *Arc::get_mut(&mut mutex).unwrap().get_mut() += 1;
    assert_eq!(Arc::into_inner(mutex).unwrap().into_inner(), 2);
}

#[test]
fn a_guard_knows_its_mutex() {
    let mutex = Arc::new(Mutex::new(1));
    let guard = mutex.try_lock().unwrap();
    assert!(std::ptr::eq(MutexGuard::mutex(&guard), &*mutex));
    drop(guard);
    let guard = mutex.try_lock_owned().unwrap();
    assert!(Arc::ptr_eq(OwnedMutexGuard::mutex(&guard), &mutex));
}

#[test]
fn the_last_owned_guard_drops_the_data() {
    let mutex = Arc::new(Mutex::new(Arc::new(())));
    let data = Arc::clone(&*mutex.try_lock().unwrap());
    let guard = mutex.try_lock_owned().unwrap();
    drop(mutex);
    assert_eq!(Arc::strong_count(&data), 2);
    drop(guard);
    assert_eq!(Arc::strong_count(&data), 1);
}

// L273, L275
#[taipan::test]
async fn tasks_that_lock_again_at_once_take_turns() {
    let log = Log::new();
    let mutex = Mutex::new(());
    let locks = async |name: &str| {
        for _ in 0..3 {
            let _guard = mutex.lock().await;
            log.add(name);
            yield_now().await;
        }
    };
    gather!(locks("a"), locks("b"), locks("c")).await;
    assert_eq!(log.get(), "a b c a b c a b c");
}

#[taipan::test(virtual_time)]
async fn a_timeout_gives_up_the_place_in_line() {
    let mutex = Mutex::new(0);
    let guard = mutex.lock().await;
    assert!(timeout(Duration::from_secs(3600), mutex.lock()).await.is_err());
    assert_eq!(mutex.statistics().waiting, 0);
    drop(guard);
    // What is free is had even without time.
    assert!(timeout(Duration::ZERO, mutex.lock()).await.is_ok());
}

// L274
#[test]
fn there_is_one_holder_at_a_time_on_four_threads() {
    let total = bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let total = Arc::new(Mutex::new(0_u32));
            let tasks: Vec<_> = (0..100)
                .map(|_| {
                    let total = Arc::clone(&total);
                    spawn(async move {
                        for _ in 0..10 {
                            let mut total = total.lock_owned().await;
                            let before = *total;
                            yield_now().await;
                            *total = before + 1;
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            *total.lock().await
        })
    });
    assert_eq!(total, 1000);
}
