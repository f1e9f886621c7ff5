//! Locks for readers and writers: who is inside together, and in what order they come.
#![forbid(unsafe_code)]

use std::sync::Arc;

use taipan::sync::{OwnedRwLockWriteGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use taipan::with::with;
use taipan::{Runtime, spawn, yield_now};
use taipan_tests::{WakeCounter, bounded, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

#[test]
fn readers_are_inside_together_and_a_writer_alone() {
    let lock = RwLock::new(1);
    let (a, b) = (at_once(lock.read()), at_once(lock.read()));
    assert_eq!(*a + *b, 2);
    assert!(lock.try_write().is_none());
    drop((a, b));
    let mut writer = at_once(lock.write());
    *writer = 2;
    assert!(lock.try_read().is_none() && lock.try_write().is_none());
    drop(writer);
    assert_eq!(*at_once(lock.read()), 2);
}

#[test]
fn a_writer_that_waits_is_not_overtaken_by_readers() {
    let lock = RwLock::new(1);
    let reader = at_once(lock.read());
    let writer = queue(lock.write());
    assert!(lock.try_read().is_none());
    let mut late = queue(lock.read());
    drop(reader);
    let mut writer = writer.take();
    assert!(late.waits());
    *writer = 2;
    drop(writer);
    assert_eq!(*late.take(), 2);
}

#[test]
fn readers_one_after_the_other_come_in_together_and_stop_at_the_next_writer() {
    let lock = RwLock::new(0);
    let writer = at_once(lock.write());
    let (a, b) = (queue(lock.read()), queue(lock.read()));
    let mut writes = queue(lock.write());
    let mut c = queue(lock.read());
    drop(writer);
    let readers = (a.take(), b.take());
    assert!(writes.waits() && c.waits());
    assert_eq!(lock.statistics().readers, 2);
    drop(readers);
    assert!(c.waits());
    drop(writes.take());
    drop(c.take());
}

#[test]
fn the_cancellation_of_a_writer_lets_in_the_readers_that_waited_only_for_it() {
    let lock = RwLock::new(0);
    let reader = at_once(lock.read());
    let writer = queue(lock.write());
    let (wakes, waker) = WakeCounter::new();
    let mut waiting = Box::pin(lock.read());
    assert!(poll_with(waiting.as_mut(), &waker).is_pending());
    drop(writer);
    assert_eq!(wakes.get(), 1);
    assert!(poll_with(waiting.as_mut(), &waker).is_ready());
    drop(reader);
    assert!(lock.try_write().is_some());
}

#[test]
fn a_writer_that_is_cancelled_when_its_turn_has_come_passes_it_on() {
    let lock = RwLock::new(0);
    let reader = at_once(lock.read());
    let first = queue(lock.write());
    let mut second = queue(lock.write());
    drop(reader);
    assert!(second.waits());
    drop(first);
    assert!(lock.try_read().is_none());
    drop(second.take());
}

#[test]
fn a_writer_goes_on_as_a_reader_before_the_next_writer() {
    let lock = RwLock::new(0);
    let mut writer = at_once(lock.write());
    let reader = queue(lock.read());
    let mut next = queue(lock.write());
    *writer = 1;
    let downgraded = RwLockWriteGuard::downgrade(writer);
    assert_eq!((*downgraded, *reader.take()), (1, 1));
    assert!(next.waits());
    drop(downgraded);
    *next.take() += 1;
    assert_eq!(lock.into_inner(), 2);
}

#[test]
fn an_owned_writer_goes_on_as_a_reader() {
    let lock = Arc::new(RwLock::new(0));
    let writer = lock.try_write_owned().unwrap();
    let reader = OwnedRwLockWriteGuard::downgrade(writer);
    assert!(lock.try_read_owned().is_some());
    assert!(lock.try_write_owned().is_none());
    drop(reader);
    assert!(lock.try_write_owned().is_some());
}

#[test]
fn it_tells_of_itself() {
    let lock = RwLock::new(7);
    assert_eq!(format!("{lock:?}"), "RwLock { data: 7, waiting: 0, .. }");
    let writer = at_once(lock.write());
    let _waiting = queue(lock.read());
    let statistics = lock.statistics();
    assert_eq!((statistics.readers, statistics.writing, statistics.waiting), (0, true, 1));
    assert_eq!(format!("{lock:?}"), "RwLock { data: <locked>, waiting: 1, .. }");
    assert_eq!(format!("{writer:?}"), "7");
}

#[test]
fn its_data_is_reached_without_a_lock_by_its_owner() {
    let mut lock = Arc::new(RwLock::from(1));
    drop((lock.try_read_owned(), lock.try_read_owned()));
    drop(lock.try_write_owned());
    *Arc::get_mut(&mut lock).unwrap().get_mut() += 1;
    assert_eq!(Arc::into_inner(lock).unwrap().into_inner(), 2);
    assert_eq!(*RwLock::<u32>::default().try_read().unwrap(), 0);
}

#[test]
fn a_guard_knows_its_lock() {
    let lock = RwLock::new(1);
    let guard = lock.try_read().unwrap();
    assert!(std::ptr::eq(RwLockReadGuard::rwlock(&guard), &lock));
}

#[taipan::test]
async fn owned_guards_are_resources() {
    let lock = Arc::new(RwLock::new(1));
    with(lock.read_owned().await, async |guard| {
        assert_eq!(**guard, 1);
        assert!(lock.try_write().is_none());
    })
    .await;
    with(lock.write_owned().await, async |guard| **guard = 2).await;
    assert_eq!(*lock.read().await, 2);
}

#[test]
fn readers_never_see_half_a_change_on_four_threads() {
    let (left, right) = bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let lock = Arc::new(RwLock::new((0, 0)));
            let tasks: Vec<_> = (0..100)
                .map(|n| {
                    let lock = Arc::clone(&lock);
                    spawn(async move {
                        for _ in 0..5 {
                            if n % 4 == 0 {
                                let mut pair = lock.write().await;
                                pair.0 += 1;
                                yield_now().await;
                                pair.1 += 1;
                            } else {
                                let pair = lock.read().await;
                                let left = pair.0;
                                yield_now().await;
                                assert_eq!(left, pair.1);
                            }
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            *lock.read().await
        })
    });
    assert_eq!((left, right), (125, 125));
}
