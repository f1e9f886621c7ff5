//! The line, model-checked: every order in which two threads can take its lock.
//!
//! A lost wake, or a permit that goes to nobody, is a deadlock here, and loom reports it.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use loom::sync::Notify;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::Semaphore;

/// Blocks a thread until it is woken.
struct Thread(Notify);

impl Wake for Thread {
    fn wake(self: Arc<Self>) {
        self.0.notify();
    }
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let thread = Arc::new(Thread(Notify::new()));
    let waker = Waker::from(Arc::clone(&thread));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread.0.wait(),
        }
    }
}

/// A release races with those who come and those who wait: each has its turn, alone.
#[test]
fn a_release_races_with_an_acquire() {
    loom::model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let inside = Arc::new(AtomicUsize::new(0));
        let enter = move |semaphore: Arc<Semaphore>| {
            let _permit = block_on(semaphore.acquire());
            assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0, "two are inside");
            inside.fetch_sub(1, Ordering::Relaxed);
        };
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (enter, semaphore) = (enter.clone(), Arc::clone(&semaphore));
                thread::spawn(move || enter(semaphore))
            })
            .collect();
        enter(Arc::clone(&semaphore));
        threads.into_iter().for_each(|thread| thread.join().expect("no thread panics"));
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// The first in line is dropped while it is granted its turn: the second has it.
#[test]
fn a_grant_races_with_the_drop_of_its_waiter() {
    loom::model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let permit = semaphore.try_acquire_owned().expect("nobody has it");
        let mut first = Box::pin(semaphore.acquire_owned());
        let context = &mut Context::from_waker(Waker::noop());
        assert!(first.as_mut().poll(context).is_pending());
        let second = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || drop(block_on(semaphore.acquire())))
        };
        let gives_up = thread::spawn(move || drop(first));
        drop(permit);
        gives_up.join().expect("no thread panics");
        second.join().expect("no thread panics");
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// The first in line wants two and is dropped, while one comes back: the second wanted no more than that.
#[test]
fn a_release_races_with_the_drop_of_a_waiter_that_wants_more() {
    loom::model(|| {
        let semaphore = Arc::new(Semaphore::new(2));
        let kept = semaphore.try_acquire_owned().expect("two are free");
        let permit = semaphore.try_acquire_owned().expect("one is free");
        let mut first = Box::pin(semaphore.acquire_many_owned(2));
        let context = &mut Context::from_waker(Waker::noop());
        assert!(first.as_mut().poll(context).is_pending());
        let gives_up = thread::spawn(move || drop(first));
        let releases = thread::spawn(move || drop(permit));
        drop(block_on(semaphore.acquire()));
        gives_up.join().expect("no thread panics");
        releases.join().expect("no thread panics");
        drop(kept);
        assert_eq!(semaphore.available_permits(), 2);
    });
}
