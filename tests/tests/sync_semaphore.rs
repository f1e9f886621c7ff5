//! Semaphores: who gets the permits, in what order, and what becomes of them when a waiter is cancelled.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use taipan::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use taipan::{gather, spawn, yield_now};
use taipan_tests::{Log, WakeCounter, bounded, poll_once, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

// O307
#[test]
fn it_counts_down_and_up() {
    let semaphore = Semaphore::new(2);
    let a = at_once(semaphore.acquire());
    assert!(!semaphore.is_locked());
    let b = at_once(semaphore.acquire());
    assert!(semaphore.is_locked());
    assert_eq!(semaphore.available_permits(), 0);
    drop(a);
    assert!(!semaphore.is_locked());
    drop(b);
    assert_eq!(semaphore.available_permits(), 2);
}

// O309
#[test]
fn waiters_are_served_in_order_and_a_newcomer_overtakes_nobody() {
    let semaphore = Semaphore::new(0);
    let (wakes_a, a_waker) = WakeCounter::new();
    let (wakes_b, b_waker) = WakeCounter::new();
    let (mut a, mut b) = (pin!(semaphore.acquire()), pin!(semaphore.acquire()));
    assert!(poll_with(a.as_mut(), &a_waker).is_pending());
    assert!(poll_with(b.as_mut(), &b_waker).is_pending());
    assert_eq!(semaphore.statistics().waiting, 2);
    semaphore.add_permits(1);
    assert_eq!((wakes_a.get(), wakes_b.get()), (1, 0));
    // It is a's already, though a has not run: neither b nor anybody else gets it.
    assert!(poll_with(b.as_mut(), &b_waker).is_pending());
    assert!(semaphore.try_acquire().is_none());
    let mut late = pin!(semaphore.acquire());
    assert!(poll_once(late.as_mut()).is_pending());
    let Poll::Ready(permit) = poll_with(a.as_mut(), &a_waker) else { panic!("it is a's") };
    drop(permit);
    assert_eq!((wakes_a.get(), wakes_b.get()), (1, 1));
    assert!(poll_once(late.as_mut()).is_pending());
    assert!(poll_with(b, &b_waker).is_ready());
}

// O309: the permits are there, but not for somebody who comes late.
#[test]
fn a_waiter_that_wants_many_is_not_overtaken_by_one_that_wants_few() {
    let semaphore = Semaphore::new(2);
    let one = semaphore.try_acquire().unwrap();
    let many = queue(semaphore.acquire_many(2));
    assert_eq!(semaphore.available_permits(), 1);
    assert!(semaphore.is_locked());
    assert!(semaphore.try_acquire().is_none());
    let mut few = queue(semaphore.acquire());
    drop(one);
    let many = many.take();
    assert_eq!(many.count(), 2);
    assert!(few.waits());
    drop(many);
    drop(few.take());
    assert_eq!(semaphore.available_permits(), 2);
}

// O310
#[test]
fn permits_that_come_together_wake_as_many_in_order() {
    let semaphore = Semaphore::new(0);
    let (wakes, waker) = WakeCounter::new();
    let mut waiting: Vec<_> = (0..4).map(|_| Box::pin(semaphore.acquire())).collect();
    for waiting in &mut waiting {
        assert!(poll_with(waiting.as_mut(), &waker).is_pending());
    }
    semaphore.add_permits(3);
    assert_eq!(wakes.get(), 3);
    let mut late = pin!(semaphore.acquire());
    assert!(poll_once(late.as_mut()).is_pending());
    let ready: Vec<_> = waiting
        .iter_mut()
        .map(|waiting| poll_once(waiting.as_mut()).map(SemaphorePermit::forget))
        .collect();
    assert_eq!(ready, [Poll::Ready(()), Poll::Ready(()), Poll::Ready(()), Poll::Pending]);
}

// O311
#[test]
fn a_waiter_that_is_cancelled_leaves_no_trace_and_the_order_stays() {
    let semaphore = Semaphore::new(0);
    for cancelled in 0..3 {
        let mut waiting: Vec<_> = (0..3).map(|_| queue(semaphore.acquire())).collect();
        drop(waiting.remove(cancelled));
        assert_eq!(semaphore.statistics().waiting, 2);
        let second = waiting.pop().unwrap();
        let first = waiting.pop().unwrap();
        semaphore.add_permits(1);
        let first = first.take();
        drop(first);
        second.take().forget();
        assert_eq!((semaphore.statistics().permits, semaphore.statistics().waiting), (0, 0));
    }
}

// O311, O316: the permit was its own, but it did not live to take it.
#[test]
fn a_waiter_that_is_cancelled_when_its_turn_has_come_passes_it_on() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.try_acquire().unwrap();
    let first = queue(semaphore.acquire());
    let (wakes, waker) = WakeCounter::new();
    let mut second = pin!(semaphore.acquire());
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    drop(permit);
    assert_eq!(wakes.get(), 0);
    drop(first);
    assert_eq!(wakes.get(), 1);
    let Poll::Ready(permit) = poll_with(second, &waker) else { panic!("it is the second's") };
    assert_eq!(semaphore.statistics().held, 1);
    drop(permit);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn the_cancellation_of_one_that_wants_many_lets_in_those_behind_it() {
    let semaphore = Semaphore::new(2);
    let permit = semaphore.try_acquire().unwrap();
    let many = queue(semaphore.acquire_many(2));
    let few = queue(semaphore.acquire());
    drop(many);
    drop(few.take());
    drop(permit);
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn one_that_was_never_polled_is_not_in_line() {
    let semaphore = Semaphore::new(0);
    let never = semaphore.acquire();
    let second = queue(semaphore.acquire());
    semaphore.add_permits(1);
    drop(second.take());
    drop(never);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn the_newest_waker_is_woken() {
    let semaphore = Semaphore::new(0);
    let ((old, old_waker), (new, new_waker)) = (WakeCounter::new(), WakeCounter::new());
    let mut waiting = pin!(semaphore.acquire());
    assert!(poll_with(waiting.as_mut(), &old_waker).is_pending());
    assert!(poll_with(waiting.as_mut(), &new_waker).is_pending());
    assert_eq!(Arc::strong_count(&old), 2, "the old waker is still kept");
    semaphore.add_permits(1);
    assert_eq!((old.get(), new.get()), (0, 1));
    assert!(poll_with(waiting, &new_waker).is_ready());
    assert_eq!(Arc::strong_count(&new), 2);
}

// O315
#[test]
fn a_bounded_one_refuses_a_permit_too_many_and_keeps_its_count() {
    let semaphore = Semaphore::bounded(2);
    let over = |count| catch_unwind(AssertUnwindSafe(|| semaphore.add_permits(count))).is_err();
    assert!(over(1));
    semaphore.try_acquire().unwrap().forget();
    assert!(over(2));
    assert_eq!(semaphore.available_permits(), 1);
    assert!(!over(1));
    assert!(catch_unwind(AssertUnwindSafe(|| semaphore.set_permits(3))).is_err());
    assert_eq!(semaphore.statistics().permits, 2);
}

#[test]
fn more_permits_than_can_be_counted_are_refused() {
    let semaphore = Semaphore::new(usize::MAX);
    let _permit = semaphore.try_acquire().unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| semaphore.add_permits(1))).is_err());
    assert_eq!(semaphore.statistics().permits, usize::MAX);
    assert!(semaphore.try_acquire_many(usize::MAX).is_none());
}

#[test]
fn a_forgotten_permit_is_gone_until_it_is_added_again() {
    let semaphore = Semaphore::new(3);
    semaphore.try_acquire_many(2).unwrap().forget();
    assert_eq!((semaphore.available_permits(), semaphore.statistics().permits), (1, 1));
    semaphore.add_permits(2);
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn it_grows_and_wakes_in_order() {
    let semaphore = Semaphore::new(0);
    let (a, b) = (queue(semaphore.acquire()), queue(semaphore.acquire_many(2)));
    semaphore.set_permits(2);
    let a = a.take();
    assert_eq!(semaphore.statistics().waiting, 1);
    semaphore.set_permits(3);
    let b = b.take();
    assert_eq!((a.count(), b.count()), (1, 2));
}

// O319, of the semaphore that the limiter is made of.
#[test]
fn it_shrinks_as_the_permits_come_back() {
    let semaphore = Semaphore::new(3);
    let mut permits: Vec<_> = (0..3).map(|_| semaphore.try_acquire().unwrap()).collect();
    semaphore.set_permits(1);
    let statistics = semaphore.statistics();
    assert_eq!((statistics.permits, statistics.held, statistics.waiting), (1, 3, 0));
    let mut waiting = queue(semaphore.acquire());
    for _ in 0..2 {
        permits.pop();
        assert!(waiting.waits());
    }
    permits.pop();
    drop(waiting.take());
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn none_at_all_is_an_amount() {
    let semaphore = Semaphore::new(0);
    let none = semaphore.try_acquire_many(0).unwrap();
    assert_eq!(none.count(), 0);
    drop(none);
    let _first = queue(semaphore.acquire());
    // In its turn even so.
    assert!(semaphore.try_acquire_many(0).is_none());
}

#[test]
fn an_owned_permit_outlives_the_handle_of_its_semaphore() {
    let semaphore = Arc::new(Semaphore::new(2));
    let permit = semaphore.try_acquire_many_owned(2).unwrap();
    assert!(semaphore.try_acquire_owned().is_none());
    let waiting = semaphore.acquire_owned();
    let weak = Arc::downgrade(&semaphore);
    drop(semaphore);
    let mut waiting = pin!(waiting);
    assert!(poll_once(waiting.as_mut()).is_pending());
    drop(permit);
    let Poll::Ready(permit) = poll_once(waiting.as_mut()) else { panic!("two are free") };
    assert_eq!(weak.upgrade().unwrap().available_permits(), 1);
    drop(permit);
}

#[test]
fn it_can_be_a_static() {
    static SEMAPHORE: Semaphore = Semaphore::bounded(1);
    let permit = SEMAPHORE.try_acquire().unwrap();
    assert!(SEMAPHORE.try_acquire().is_none());
    drop(permit);
}

#[test]
fn it_tells_of_itself() {
    let semaphore = Semaphore::new(2);
    let permit = semaphore.try_acquire_many(2).unwrap();
    let _waiting = queue(semaphore.acquire());
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 2, held: 2, waiting: 1, .. }");
    assert_eq!(format!("{permit:?}"), "SemaphorePermit { count: 2, .. }");
}

// O309 for tasks: a task that gives back and asks again at once comes behind those who wait.
#[taipan::test]
async fn tasks_take_turns() {
    let log = Log::new();
    let semaphore = Arc::new(Semaphore::new(1));
    let tasks = ["a", "b", "c"].map(|name| {
        let (semaphore, log) = (Arc::clone(&semaphore), log.clone());
        spawn(async move {
            for _ in 0..3 {
                let permit: OwnedSemaphorePermit = semaphore.acquire_owned().await;
                log.add(name);
                yield_now().await;
                drop(permit);
            }
        })
    });
    let [a, b, c] = tasks;
    let (a, b, c) = gather!(a, b, c).await;
    a.and(b).and(c).unwrap();
    assert_eq!(log.get(), "a b c a b c a b c");
}

#[test]
fn no_more_than_its_permits_are_inside_on_four_threads() {
    bounded(|| {
        taipan::Runtime::builder().threads(4).build().run(async {
            let semaphore = Arc::new(Semaphore::new(3));
            let inside = Arc::new(AtomicUsize::new(0));
            let tasks: Vec<_> = (0..200)
                .map(|n| {
                    let (semaphore, inside) = (Arc::clone(&semaphore), Arc::clone(&inside));
                    spawn(async move {
                        let count = 1 + n % 3;
                        let _permit = semaphore.acquire_many(count).await;
                        let before = inside.fetch_add(count, Ordering::SeqCst);
                        assert!(before + count <= 3);
                        yield_now().await;
                        inside.fetch_sub(count, Ordering::SeqCst);
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(semaphore.available_permits(), 3);
        });
    });
}
