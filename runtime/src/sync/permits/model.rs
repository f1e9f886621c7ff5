//! Permits, model-checked: what is decided by the word alone races with what is decided under the lock.
//!
//! A permit that is lost, or a wake, is a deadlock here, and loom reports it. (More of it: `sync::model`.)

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::sync::model::block_on;
use crate::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn permit(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    semaphore.try_acquire_owned().expect("one is free")
}

/// Loom's threads in a model are few: the bound keeps the number of orders small.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(test);
}

/// Neither takes what is not there, and what both give back is there in the end.
#[test]
fn two_who_take_without_waiting_race() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || theirs.try_acquire_owned());
        let mine = semaphore.try_acquire();
        let other = other.join().expect("no thread panics");
        // With one permit one of them has it, also if the other has looked at it meanwhile.
        assert_ne!(mine.is_some(), other.is_some());
        drop((mine, other));
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// Who looks at the numbers turns everything under the lock for a moment: nobody goes away without a permit for that.
#[test]
fn a_look_races_with_one_who_does_not_wait() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(2));
        let theirs = Arc::clone(&semaphore);
        let looks = thread::spawn(move || theirs.statistics());
        let mine = permit(&semaphore);
        let seen = looks.join().expect("no thread panics");
        assert!(seen.held <= 1 && seen.permits == 2 && seen.waiting == 0);
        drop(mine);
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// The first in line is polled while its turn comes: it has it, then or later.
#[test]
fn a_release_races_with_a_poll() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let held = permit(&semaphore);
        let mut first = Box::pin(Arc::clone(&semaphore).acquire_owned());
        assert!(poll(&mut first).is_pending());
        let releases = thread::spawn(move || drop(held));
        drop(block_on(first));
        releases.join().expect("no thread panics");
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// Nobody overtakes who waits: while one stands in line, a permit that comes back is not for those who come later.
#[test]
fn a_release_races_with_a_newcomer() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let held = permit(&semaphore);
        let mut first = Box::pin(Arc::clone(&semaphore).acquire_owned());
        assert!(poll(&mut first).is_pending());
        let releases = thread::spawn(move || drop(held));
        assert!(semaphore.try_acquire().is_none(), "it has overtaken the first");
        releases.join().expect("no thread panics");
        assert!(poll(&mut first).is_ready());
    });
}

/// One comes while the only permit is given back without the lock: it has it, or is granted it.
#[test]
fn a_release_races_with_one_who_comes() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let held = permit(&semaphore);
        let releases = thread::spawn(move || drop(held));
        drop(block_on(semaphore.acquire()));
        releases.join().expect("no thread panics");
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// The number of permits is lowered while one comes back: it is given out again, or not, but counted.
#[test]
fn a_release_races_with_a_new_size() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(2));
        let held = [permit(&semaphore), permit(&semaphore)];
        let releases = thread::spawn(move || drop(held));
        semaphore.set_permits(1);
        releases.join().expect("no thread panics");
        let statistics = semaphore.statistics();
        assert_eq!((statistics.permits, statistics.held), (1, 0));
    });
}

/// Whoever has the lock sees what those before it did: with no order of its own a number is read as it was written last.
#[test]
fn what_was_done_is_seen_by_the_next() {
    model(|| {
        let mutex = Arc::new(Mutex::new(AtomicUsize::new(0)));
        let add = |mutex: Arc<Mutex<AtomicUsize>>| {
            let number = block_on(mutex.lock());
            number.store(number.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        };
        let theirs = Arc::clone(&mutex);
        let others = thread::spawn(move || add(theirs));
        add(Arc::clone(&mutex));
        others.join().expect("no thread panics");
        assert_eq!(block_on(mutex.lock()).load(Ordering::Relaxed), 2);
    });
}
