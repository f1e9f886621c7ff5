//! Events: who waits, who is woken, and what a clear right after a set leaves.
#![forbid(unsafe_code)]

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use taipan::sync::Event;
use taipan::{Runtime, race, spawn, timeout, yield_now};
use taipan_tests::{Log, WakeCounter, bounded, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

// M290
#[test]
fn one_that_comes_after_the_set_does_not_wait() {
    let event = Event::new();
    assert!(!event.is_set());
    event.set();
    assert!(event.is_set());
    at_once(event.wait());
    event.clear();
    assert!(!event.is_set());
    queue(event.wait());
}

// M290
#[taipan::test]
async fn all_are_woken_in_the_order_in_which_they_waited() {
    let (log, event) = (Log::new(), Arc::new(Event::new()));
    let tasks = ["a", "b", "c"].map(|name| {
        let (log, event) = (log.clone(), Arc::clone(&event));
        spawn(async move {
            event.wait().await;
            log.add(name);
        })
    });
    yield_now().await;
    assert_eq!((log.get(), event.statistics().waiting), (String::new(), 3));
    event.set();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(log.get(), "a b c");
}

// M292
#[test]
fn a_waiter_that_is_cancelled_leaves_no_trace() {
    let event = Event::new();
    let (first, second) = (queue(event.wait()), queue(event.wait()));
    drop(first);
    assert_eq!(event.statistics().waiting, 1);
    event.set();
    second.take();
    assert_eq!(event.statistics().waiting, 0);
}

// M293: the wait is over, so its scope is not cancelled for it any more.
#[taipan::test(virtual_time)]
async fn a_waiter_whose_event_was_set_before_its_cancellation_sees_the_event() {
    let event = Event::new();
    let waits = async { assert!(timeout(Duration::from_secs(1), event.wait()).await.is_ok()) };
    let sets = async {
        taipan::sleep(Duration::from_secs(1)).await;
        event.set();
        pending::<()>().await;
    };
    race!(sets, waits).await;
}

// M294
#[test]
fn set_twice_is_set_once() {
    let event = Event::new();
    let (wakes, waker) = WakeCounter::new();
    let mut waits = Box::pin(event.wait());
    assert!(poll_with(waits.as_mut(), &waker).is_pending());
    event.set();
    event.set();
    assert_eq!(wakes.get(), 1);
    assert!(poll_with(waits.as_mut(), &waker).is_ready());
}

// The race by design of asyncio's clear is none here: who waited is let go, who comes later waits.
#[test]
fn a_clear_right_after_a_set_loses_no_waiter() {
    let event = Event::new();
    let waits = queue(event.wait());
    event.set();
    event.clear();
    let mut late = queue(event.wait());
    waits.take();
    assert!(late.waits());
}

#[test]
fn it_can_be_a_static_and_tells_of_itself() {
    static EVENT: Event = Event::new();
    let _waits = queue(EVENT.wait());
    assert_eq!(format!("{EVENT:?}"), "Event { set: false, waiting: 1, .. }");
}

#[test]
fn every_waiter_on_four_threads_sees_the_set() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            for _ in 0..200 {
                let event = Arc::new(Event::new());
                let tasks: Vec<_> = (0..8)
                    .map(|_| {
                        let event = Arc::clone(&event);
                        spawn(async move { event.wait().await })
                    })
                    .collect();
                event.set();
                for task in tasks {
                    task.await.unwrap();
                }
            }
        });
    });
}
