//! The two ends of a channel for one value, model-checked: every order of their steps.
//!
//! A wake that is lost is a deadlock here, memory that is read and written at once or is not freed is found, and a value
//! that is dropped twice, or never, is counted.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::{Receiver, Sender, channel};
use crate::sync::model::block_on;

/// Counts how often it is dropped.
#[derive(Debug)]
struct Value(Arc<AtomicUsize>);

impl Drop for Value {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts how often it is woken.
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn count() -> (Arc<Count>, Waker) {
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&count));
    (count, waker)
}

fn poll<T: Send>(rx: &mut Receiver<T>, waker: &Waker) -> Poll<Option<T>> {
    Pin::new(rx).poll(&mut Context::from_waker(waker)).map(Result::ok)
}

/// Lets a sender and a receiver act at once, with a value that must be dropped once at the end.
fn race(
    prepare: impl Fn(&mut Receiver<Value>) + Send + Sync + 'static,
    send: impl Fn(Sender<Value>, Value) + Send + Sync + Copy + 'static,
    receive: impl Fn(Receiver<Value>) + Send + Sync + 'static,
) {
    loom::model(move || {
        let drops = Arc::new(AtomicUsize::new(0));
        let value = Value(Arc::clone(&drops));
        let (tx, mut rx) = channel();
        prepare(&mut rx);
        let sends = thread::spawn(move || send(tx, value));
        receive(rx);
        sends.join().expect("no thread panics");
        assert_eq!(drops.load(Ordering::Relaxed), 1);
    });
}

/// The receiver has been polled with another waker than the next one.
fn polled(rx: &mut Receiver<Value>) {
    assert!(poll(rx, Waker::noop()).is_pending());
}

/// The receiver has not been polled.
fn fresh(_: &mut Receiver<Value>) {}

#[test]
fn a_send_races_with_the_first_poll() {
    race(
        fresh,
        |tx, value| tx.send(value).expect("it is awaited"),
        |rx| {
            block_on(rx).expect("it was sent");
        },
    );
}

#[test]
fn a_send_races_with_a_poll_by_another_waker() {
    race(
        polled,
        |tx, value| tx.send(value).expect("it is awaited"),
        |rx| {
            block_on(rx).expect("it was sent");
        },
    );
}

#[test]
fn the_drop_of_the_sender_races_with_a_poll() {
    for prepare in [fresh, polled] {
        race(
            prepare,
            |tx, value| {
                drop(value);
                drop(tx);
            },
            |rx| assert!(block_on(rx).is_err()),
        );
    }
}

#[test]
fn a_send_races_with_the_drop_of_the_receiver() {
    for prepare in [fresh, polled] {
        race(prepare, |tx, value| drop(tx.send(value)), drop);
    }
}

#[test]
fn the_drops_of_both_race() {
    for prepare in [fresh, polled] {
        race(
            prepare,
            |tx, value| {
                drop(value);
                drop(tx);
            },
            drop,
        );
    }
}

/// It has the value, or leaves it to its drop, which comes while the sender may still be about to wake it.
#[test]
fn a_send_races_with_a_poll_and_a_drop() {
    for prepare in [fresh, polled] {
        race(
            prepare,
            |tx, value| drop(tx.send(value)),
            |mut rx| {
                let _value = poll(&mut rx, &count().1);
            },
        );
    }
}

#[test]
fn a_send_races_with_one_who_does_not_wait() {
    race(
        polled,
        |tx, value| drop(tx.send(value)),
        |mut rx| {
            let _value = rx.try_recv();
        },
    );
}

/// A waker that is pending last is woken once, and no other after it.
#[test]
fn a_send_wakes_the_last_waker_that_waits() {
    loom::model(|| {
        let (tx, mut rx) = channel();
        let (first, second) = (count(), count());
        assert!(poll(&mut rx, &first.1).is_pending());
        let sends = thread::spawn(move || tx.send(1).expect("it is awaited"));
        let pending = poll(&mut rx, &first.1).is_pending() && poll(&mut rx, &second.1).is_pending();
        sends.join().expect("no thread panics");
        let woken = |(count, _): &(Arc<Count>, Waker)| count.0.load(Ordering::Relaxed);
        if pending {
            assert_eq!((woken(&first), woken(&second)), (0, 1));
            assert_eq!(poll(&mut rx, &second.1), Poll::Ready(Some(1)));
        } else {
            assert!(woken(&first) <= 1 && woken(&second) == 0);
        }
    });
}

/// Who asks whether anybody still wants the value is told so for good.
#[test]
fn a_look_races_with_the_drop_of_the_receiver() {
    loom::model(|| {
        let (tx, rx) = channel();
        let drops = thread::spawn(move || drop(rx));
        if tx.is_closed() {
            tx.send(1).expect_err("it was closed");
        }
        drops.join().expect("no thread panics");
    });
}
