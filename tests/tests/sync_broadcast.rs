//! Every value to every receiver, and what a slow one is told.
#![forbid(unsafe_code)]

use std::panic::catch_unwind;
use std::sync::Arc;

use taipan::sync::broadcast::{self, RecvError};
use taipan::{Runtime, spawn, yield_now};
use taipan_tests::{Random, WakeCounter, bounded, on_drop, poll_with};

#[path = "support/crowd.rs"]
mod crowd;
#[path = "support/sync.rs"]
mod support;
use crowd::Crowd;
use support::{at_once, queue};

#[test]
fn every_receiver_gets_every_value() {
    let (tx, mut a) = broadcast::channel(4);
    let mut b = a.clone();
    assert_eq!((tx.send(1), tx.send(2)), (2, 2));
    for rx in [&mut a, &mut b] {
        assert_eq!((*at_once(rx.recv()).unwrap(), *at_once(rx.recv()).unwrap()), (1, 2));
        assert_eq!(rx.try_recv(), Ok(None));
    }
}

#[test]
fn all_who_wait_are_woken_once() {
    let (tx, rx) = broadcast::channel(4);
    let (wakes, waker) = WakeCounter::new();
    let mut receivers = [rx.clone(), rx.clone(), rx];
    let mut waiting: Vec<_> = receivers.iter_mut().map(|rx| Box::pin(rx.recv())).collect();
    for recv in &mut waiting {
        assert!(poll_with(recv.as_mut(), &waker).is_pending());
    }
    assert_eq!((tx.statistics().receivers, tx.statistics().waiting), (3, 3));
    tx.send('a');
    tx.send('b');
    assert_eq!(wakes.get(), 3);
    for recv in waiting {
        assert_eq!(*at_once(recv).unwrap(), 'a');
    }
}

#[test]
fn one_that_is_too_slow_is_told_once_and_goes_on() {
    let (tx, mut rx) = broadcast::channel(2);
    for n in 0..5 {
        tx.send(n);
    }
    assert_eq!(at_once(rx.recv()), Err(RecvError::Lagged(3)));
    assert_eq!(*at_once(rx.recv()).unwrap(), 3);
    tx.send(5);
    tx.send(6);
    assert_eq!(rx.try_recv(), Err(RecvError::Lagged(1)));
    assert_eq!(rx.try_recv().unwrap().as_deref(), Some(&5));
    assert_eq!(*at_once(rx.recv()).unwrap(), 6);
    assert_eq!(rx.try_recv(), Ok(None));
    assert_eq!(RecvError::Lagged(3).to_string(), "the receiver was too slow: it missed 3 values");
}

// It was woken for a value that is gone when it runs.
#[test]
fn one_that_is_woken_too_late_is_told() {
    let (tx, mut rx) = broadcast::channel(1);
    let recv = queue(rx.recv());
    tx.send(1);
    tx.send(2);
    assert_eq!(recv.take(), Err(RecvError::Lagged(1)));
    assert_eq!(*at_once(rx.recv()).unwrap(), 2);
}

#[test]
fn a_receive_that_is_cancelled_has_received_nothing() {
    let (tx, mut rx) = broadcast::channel(2);
    let recv = queue(rx.recv());
    tx.send(1);
    drop(recv);
    assert_eq!(*at_once(rx.recv()).unwrap(), 1);
    assert_eq!(tx.statistics().waiting, 0);
}

#[test]
fn what_is_left_is_received_before_the_end() {
    let (tx, mut rx) = broadcast::channel(2);
    let other = tx.clone();
    tx.send(1);
    drop(tx);
    let mut late = other.subscribe();
    let waits = queue(late.recv());
    drop(other);
    assert_eq!(waits.take(), Err(RecvError::Closed));
    assert_eq!(*at_once(rx.recv()).unwrap(), 1);
    assert_eq!(at_once(rx.recv()), Err(RecvError::Closed));
    assert_eq!(rx.try_recv(), Err(RecvError::Closed));
    assert_eq!(RecvError::Closed.to_string(), "every sender is gone: no value comes any more");
}

#[test]
fn ends_come_and_go() {
    let (tx, rx) = broadcast::channel(2);
    tx.send('a');
    let mut new = tx.subscribe();
    assert_eq!(
        format!("{tx:?} {rx:?} {new:?}"),
        "Sender { receivers: 2, .. } Receiver { behind: 1, .. } Receiver { behind: 0, .. }"
    );
    tx.send('b');
    assert_eq!(*at_once(new.recv()).unwrap(), 'b');
    drop((rx, new));
    assert_eq!(tx.send('c'), 0);
    assert_eq!(tx.statistics().senders, 1);
    assert!(catch_unwind(|| broadcast::channel::<u8>(0)).is_err());
}

// Its drop may use the channel: nothing of it is locked then.
#[test]
fn a_value_is_dropped_when_it_is_displaced_and_nobody_has_it() {
    let (tx, mut rx) = broadcast::channel::<Option<Box<dyn Send + Sync>>>(1);
    let other = tx.subscribe();
    tx.send(Some(Box::new(on_drop(move || assert_eq!(other.statistics().senders, 1)))));
    let held = at_once(rx.recv()).ok().unwrap();
    let weak = Arc::downgrade(&held);
    tx.send(None);
    assert!(weak.upgrade().is_some());
    drop(held);
    assert!(weak.upgrade().is_none());
}

// What a receiver was given and what it was told that it missed make the whole row, whatever is cancelled.
#[test]
fn a_storm_misses_nothing_in_silence() {
    for seed in [1, 0x9e37_79b9_7f4a_7c15, 0xdead_beef_cafe_f00d] {
        let (tx, first) = broadcast::channel(8);
        let mut receivers: Vec<_> = (0..10).map(|_| (first.clone(), 0_u64)).collect();
        let mut random = Random::new(seed);
        let (mut sent, mut missed) = (0_u64, 0);
        for _ in 0..10_000 {
            if random.one_in(2) {
                tx.send(sent);
                sent += 1;
                continue;
            }
            let (rx, next) = &mut receivers[random.below(10)];
            let recv = rx.recv();
            if sent == *next {
                drop(queue(recv));
                continue;
            }
            match at_once(recv) {
                Ok(value) => {
                    assert_eq!(*value, *next);
                    *next += 1;
                }
                Err(RecvError::Lagged(n)) => {
                    *next += n;
                    missed += n;
                    assert_eq!(*next, sent - 8);
                }
                Err(RecvError::Closed) => panic!("it is open"),
            }
        }
        assert!(missed > 100);
        drop(tx);
        for (mut rx, mut next) in receivers {
            loop {
                match at_once(rx.recv()) {
                    Ok(_) => next += 1,
                    Err(RecvError::Lagged(n)) => next += n,
                    Err(RecvError::Closed) => break,
                }
            }
            assert_eq!(next, sent);
        }
    }
}

// The waiters are polled only when they were woken.
#[test]
fn a_storm_of_receivers() {
    let (tx, _rx) = broadcast::channel(4);
    let mut crowd = Crowd::new(7);
    let mut received = 0;
    for number in 0..10_000 {
        let mut rx = tx.subscribe();
        let _ = crowd.come(async move { rx.recv().await });
        match crowd.random.below(50) {
            0..20 => crowd.cancel_any(),
            20..30 => received += crowd.serve(3).len(),
            30 => assert!(tx.send(number) > 0),
            31..35 => received += usize::from(crowd.poll_any().is_some()),
            _ => {}
        }
    }
    drop(tx);
    crowd.assert_somebody_was_woken();
    received += crowd.serve(5).len();
    assert_eq!(crowd.left, 0);
    assert!(received > 1000, "only {received} were received");
}

#[test]
fn a_thousand_receivers_on_four_threads() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let (tx, rx) = broadcast::channel(16);
            let tasks: Vec<_> = (0..1000)
                .map(|_| {
                    let mut rx = rx.clone();
                    spawn(async move {
                        let mut next = 0;
                        loop {
                            match rx.recv().await {
                                Ok(value) => {
                                    assert_eq!(*value, next);
                                    next += 1;
                                }
                                Err(RecvError::Lagged(n)) => next += n,
                                Err(RecvError::Closed) => return next,
                            }
                        }
                    })
                })
                .collect();
            for value in 0..200 {
                tx.send(value);
                if value % 8 == 0 {
                    yield_now().await;
                }
            }
            for task in tasks.iter().step_by(7) {
                task.cancel();
            }
            drop(tx);
            for task in tasks {
                if let Ok(seen) = task.await {
                    assert_eq!(seen, 200);
                }
            }
        });
    });
}
