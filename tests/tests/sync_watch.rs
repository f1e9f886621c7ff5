//! The newest value, for many who watch.
#![forbid(unsafe_code)]

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use taipan::sync::watch;
use taipan::{Runtime, spawn};
use taipan_tests::{WakeCounter, bounded, on_drop, poll_with};

#[path = "support/crowd.rs"]
mod crowd;
#[path = "support/sync.rs"]
mod support;
use crowd::Crowd;
use support::{at_once, queue};

#[test]
fn a_change_is_seen_once_and_only_the_newest() {
    let (tx, mut rx) = watch::channel(0);
    assert_eq!((*rx.get(), rx.has_changed()), (0, false));
    assert!(queue(rx.changed()).waits());
    tx.send(1);
    tx.send(2);
    assert!(rx.has_changed());
    assert_eq!((*rx.get(), *tx.get()), (2, 2));
    assert_eq!(*at_once(rx.changed()).unwrap(), 2);
    assert!(!rx.has_changed());
    drop(queue(rx.changed()));
}

#[test]
fn all_who_wait_are_woken_once() {
    let (tx, rx) = watch::channel(0);
    let (wakes, waker) = WakeCounter::new();
    let mut receivers = [rx.clone(), rx.clone(), rx];
    let mut waiting: Vec<_> = receivers.iter_mut().map(|rx| Box::pin(rx.changed())).collect();
    for changed in &mut waiting {
        assert!(poll_with(changed.as_mut(), &waker).is_pending());
    }
    assert_eq!((tx.statistics().receivers, tx.statistics().waiting), (3, 3));
    tx.send(1);
    tx.send(2);
    assert_eq!(wakes.get(), 3);
    for changed in waiting {
        // The newest when it runs, not when it was woken.
        let Poll::Ready(Ok(value)) = poll_with(pin!(changed), &waker) else { panic!("it changed") };
        assert_eq!(*value, 2);
    }
}

#[test]
fn one_that_is_cancelled_has_seen_nothing() {
    let (tx, mut rx) = watch::channel(0);
    let changed = queue(rx.changed());
    tx.send(1);
    drop(changed);
    assert!(rx.has_changed());
    assert_eq!(*at_once(rx.changed()).unwrap(), 1);
    assert_eq!(tx.statistics().waiting, 0);
}

#[test]
fn the_last_value_is_seen_before_the_end() {
    let (tx, mut rx) = watch::channel(0);
    let other = tx.clone();
    drop(tx);
    let mut late = rx.clone();
    let waits = queue(late.changed());
    other.send(1);
    drop(other);
    assert_eq!(waits.take().as_deref(), Ok(&1));
    assert_eq!(at_once(rx.changed()).as_deref(), Ok(&1));
    assert!(at_once(rx.changed()).is_err());
    assert_eq!(*rx.get(), 1);

    let (tx, mut rx) = watch::channel(0);
    let waits = queue(rx.changed());
    drop(tx);
    assert!(waits.take().is_err());
}

#[test]
fn it_waits_for_a_value_that_is_as_wanted() {
    let (tx, mut rx) = watch::channel(3);
    assert_eq!(*at_once(rx.wait_for(|n| *n > 2)).unwrap(), 3);
    let mut looked = Vec::new();
    let mut waits = queue(rx.wait_for(|n| {
        looked.push(*n);
        *n > 4
    }));
    tx.send(4);
    assert!(waits.waits());
    tx.send(5);
    assert_eq!(*waits.take().unwrap(), 5);
    assert_eq!(looked, [3, 4, 5]);
    drop(rx.wait_for(|_| false));
    drop(queue(rx.wait_for(|_| false)));
    assert!(!rx.has_changed());
    drop(tx);
    assert!(at_once(rx.wait_for(|n| *n > 5)).is_err());
}

#[test]
fn ends_come_and_go() {
    let (tx, rx) = watch::channel('a');
    drop(rx);
    tx.send('b'); // for nobody yet
    let mut rx = tx.subscribe();
    assert!(!rx.has_changed());
    tx.send('c');
    let mut other = rx.clone();
    assert_eq!(*at_once(rx.changed()).unwrap(), 'c');
    assert_eq!(*at_once(other.changed()).unwrap(), 'c');
    let _tx = tx.clone();
    let statistics = rx.statistics();
    assert_eq!((statistics.senders, statistics.receivers), (2, 2));
    assert_eq!(format!("{tx:?} {rx:?}"), "Sender { value: 'c', .. } Receiver { value: 'c', .. }");
}

// Its drop may use the channel: nothing of it is locked then.
#[test]
fn an_old_value_is_dropped_when_nobody_has_it() {
    let (tx, rx) = watch::channel::<Option<Box<dyn Send + Sync>>>(None);
    let watched = rx.clone();
    tx.send(Some(Box::new(on_drop(move || assert!(watched.has_changed())))));
    let held = tx.get();
    let weak = Arc::downgrade(&held);
    tx.send(None);
    assert!(weak.upgrade().is_some());
    drop(held);
    assert!(weak.upgrade().is_none());
}

// Whoever waits when a value comes is woken, however many are cancelled.
#[test]
fn a_storm_of_watchers() {
    for seed in [1, 0x9e37_79b9_7f4a_7c15, 0xdead_beef_cafe_f00d] {
        let (tx, _rx) = watch::channel(0);
        let mut crowd = Crowd::new(seed);
        let (mut value, mut seen) = (0, 0);
        for _ in 0..10_000 {
            let mut rx = tx.subscribe();
            let _ = crowd.come(async move { *rx.changed().await.unwrap() });
            match crowd.random.below(50) {
                0..20 => crowd.cancel_any(),
                20..30 => {
                    for served in crowd.serve(3) {
                        assert_eq!(served, value);
                        seen += 1;
                    }
                }
                30 => {
                    value += 1;
                    tx.send(value);
                }
                31..35 => seen += usize::from(crowd.poll_any().is_some()),
                _ => {}
            }
        }
        tx.send(value + 1);
        crowd.assert_somebody_was_woken();
        seen += crowd.serve(5).len();
        assert_eq!((crowd.left, tx.statistics().waiting), (0, 0));
        assert!(seen > 1000, "only {seen} have seen a value");
    }
}

#[test]
fn ten_thousand_watchers_see_the_last_value_on_four_threads() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let (tx, rx) = watch::channel(0);
            let tasks: Vec<_> = (0..10_000)
                .map(|_| {
                    let mut rx = rx.clone();
                    spawn(async move {
                        let mut last = 0;
                        while let Ok(value) = rx.changed().await {
                            assert!(*value > last);
                            last = *value;
                        }
                        last
                    })
                })
                .collect();
            for value in 1..=100 {
                tx.send(value);
                taipan::yield_now().await;
            }
            for task in tasks.iter().step_by(7) {
                task.cancel();
            }
            drop(tx);
            for task in tasks {
                if let Ok(last) = task.await {
                    assert_eq!(last, 100);
                }
            }
        });
    });
}
