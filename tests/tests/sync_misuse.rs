//! What safe code can do wrong to those who wait: forget them, move them, drop them elsewhere, wake badly. Whatever
//! happens, memory stays sound (the sanitizer looks), and nobody else is held up for longer than it must be.
#![forbid(unsafe_code)]

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::thread;

use taipan::sync::{Mutex, RwLock, Semaphore, oneshot};
use taipan_tests::{BadWaker, Counter, WakeCounter, on_drop, poll_with};

fn panics<R>(f: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(f)).is_err()
}

// It keeps its turn, as a future that is not polled does: those behind it wait for it.
#[test]
fn a_waiter_that_is_forgotten_keeps_its_place() {
    let semaphore = Arc::new(Semaphore::new(1));
    let held = semaphore.try_acquire_owned().unwrap();
    let (wakes, waker) = WakeCounter::new();
    let mut forgotten = Box::pin(semaphore.acquire_owned());
    assert!(poll_with(forgotten.as_mut(), &waker).is_pending());
    mem::forget(forgotten);
    let mut second = Box::pin(semaphore.acquire_owned());
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    drop(held);
    assert_eq!(wakes.get(), 1);
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    assert_eq!((semaphore.available_permits(), semaphore.statistics().waiting), (0, 1));
    semaphore.add_permits(1);
    assert!(poll_with(second.as_mut(), &waker).is_ready());
}

// What it would have waited for ends before it does.
#[test]
fn a_waiter_that_is_forgotten_outlives_its_semaphore() {
    let (_, waker) = WakeCounter::new();
    let semaphore = Semaphore::new(0);
    let mut first = Box::pin(semaphore.acquire());
    let mut forgotten = Box::pin(semaphore.acquire());
    assert!(poll_with(first.as_mut(), &waker).is_pending());
    assert!(poll_with(forgotten.as_mut(), &waker).is_pending());
    mem::forget(forgotten);
    drop(first);
    assert_eq!(semaphore.statistics().waiting, 1);
    drop(semaphore);
}

#[test]
fn a_guard_that_is_forgotten_keeps_its_lock() {
    let mut mutex = Mutex::new(1);
    mem::forget(mutex.try_lock().unwrap());
    assert!(mutex.is_locked() && mutex.try_lock().is_none());
    *mutex.get_mut() += 1;
    assert_eq!(mutex.into_inner(), 2);

    let lock = RwLock::new(1);
    mem::forget(lock.try_read().unwrap());
    assert!(lock.try_write().is_none());
    assert_eq!(lock.try_read().map(|guard| *guard), Some(1));
}

#[test]
fn an_end_of_a_oneshot_that_is_forgotten_holds_up_nothing_but_the_other() {
    let (tx, rx) = oneshot::channel::<u8>();
    let (wakes, waker) = WakeCounter::new();
    let mut rx = Box::pin(rx);
    mem::forget(tx);
    assert!(poll_with(rx.as_mut(), &waker).is_pending());
    drop(rx);
    assert_eq!(wakes.get(), 0);

    let drops = Counter::new();
    let (tx, rx) = oneshot::channel();
    let mut rx = Box::pin(rx);
    assert!(poll_with(rx.as_mut(), &waker).is_pending());
    mem::forget(rx);
    let dropped = drops.clone();
    assert!(tx.send(on_drop(move || dropped.add())).is_ok());
    assert_eq!((wakes.get(), drops.get()), (1, 0));
}

#[test]
fn a_waiter_that_has_not_been_polled_may_be_moved() {
    let mutex = Mutex::new(String::from("a"));
    let held = mutex.try_lock().unwrap();
    let waiters: Vec<_> = (0..10).map(|_| mutex.lock()).collect();
    let mut waiters: Vec<_> = waiters.into_iter().rev().map(Box::pin).collect();
    let (wakes, waker) = WakeCounter::new();
    for waiter in &mut waiters {
        assert!(poll_with(waiter.as_mut(), &waker).is_pending());
    }
    waiters.reverse(); // the boxes move, what is in them does not
    drop(held);
    while let Some(mut waiter) = waiters.pop() {
        let Poll::Ready(mut guard) = poll_with(waiter.as_mut(), &waker) else {
            panic!("it was its turn");
        };
        guard.push('b');
    }
    drop(waiters);
    assert_eq!((wakes.get(), mutex.into_inner()), (10, format!("a{}", "b".repeat(10))));
}

// In the middle of the queue, at its ends, and while those in front get their turn on this thread.
#[test]
fn waiters_are_dropped_on_other_threads() {
    let semaphore = Arc::new(Semaphore::new(0));
    let (wakes, waker) = WakeCounter::new();
    let mut waiters: Vec<_> = (0..300).map(|_| Box::pin(semaphore.acquire_owned())).collect();
    for waiter in &mut waiters {
        assert!(poll_with(waiter.as_mut(), &waker).is_pending());
    }
    let mut kept = Vec::new();
    let mut dropped = [Vec::new(), Vec::new()];
    for (n, waiter) in waiters.into_iter().enumerate() {
        match n % 3 {
            0 => kept.push(waiter),
            other => dropped[other - 1].push(waiter),
        }
    }
    thread::scope(|scope| {
        for waiters in dropped {
            scope.spawn(|| waiters.into_iter().for_each(drop));
        }
        (0..100).for_each(|_| semaphore.add_permits(1));
    });
    assert!(wakes.get() >= 100);
    for waiter in &mut kept {
        let Poll::Ready(permit) = poll_with(waiter.as_mut(), &waker) else {
            panic!("there is a permit for each that is left");
        };
        permit.forget();
    }
    assert_eq!((semaphore.available_permits(), semaphore.statistics().waiting), (0, 0));
}

#[test]
fn a_waker_that_panics_when_it_is_woken_loses_no_turn() {
    let (mutex, (armed, waker)) = (Mutex::new(1), BadWaker::new(true));
    let held = mutex.try_lock().unwrap();
    let mut waits = pin!(mutex.lock());
    assert!(poll_with(waits.as_mut(), &waker).is_pending());
    armed.store(true, Ordering::SeqCst);
    assert!(panics(|| drop(held)));
    assert!(poll_with(waits, &waker).is_ready());
    assert!(mutex.try_lock().is_some());

    let (tx, rx) = oneshot::channel();
    let mut rx = pin!(rx);
    assert!(poll_with(rx.as_mut(), &waker).is_pending());
    armed.store(true, Ordering::SeqCst);
    assert!(panics(|| tx.send(1)));
    assert_eq!(poll_with(rx, &waker), Poll::Ready(Ok(1)));
}

#[test]
fn a_waker_that_panics_when_it_is_dropped_harms_nobody() {
    let semaphore = Semaphore::new(1);
    let held = semaphore.try_acquire().unwrap();
    let (wakes, good) = WakeCounter::new();
    for replaced in [true, false] {
        let (armed, waker) = BadWaker::new(false);
        let mut first = Box::pin(semaphore.acquire());
        assert!(poll_with(first.as_mut(), &waker).is_pending());
        drop(waker); // the queue has the last one
        armed.store(true, Ordering::SeqCst);
        if replaced {
            assert!(panics(|| poll_with(first.as_mut(), &good)));
            drop(first);
        } else {
            assert!(panics(|| drop(first)));
        }
        assert_eq!(semaphore.statistics().waiting, 0);
    }
    drop(held);
    assert_eq!((wakes.get(), semaphore.available_permits()), (0, 1));

    for replaced in [true, false] {
        let (armed, waker) = BadWaker::new(false);
        let (tx, rx) = oneshot::channel();
        let mut rx = Box::pin(rx);
        assert!(poll_with(rx.as_mut(), &waker).is_pending());
        drop(waker);
        armed.store(true, Ordering::SeqCst);
        if replaced {
            assert!(panics(|| poll_with(rx.as_mut(), &good)));
            tx.send(1).unwrap();
            assert_eq!(poll_with(rx.as_mut(), &good), Poll::Ready(Ok(1)));
        } else {
            assert!(panics(|| drop(rx)));
            assert!(tx.send(1).is_err());
        }
    }
    assert_eq!(wakes.get(), 1);
}

// The value's drop comes after the last use of what the ends share.
#[test]
fn a_value_that_panics_when_it_is_dropped_leaves_the_channel_ended() {
    let (tx, rx) = oneshot::channel();
    assert!(tx.send(on_drop(|| panic!("a bad value"))).is_ok());
    assert!(panics(|| drop(rx)));
}
