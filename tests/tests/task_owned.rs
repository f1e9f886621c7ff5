//! Who owns a task: awaited by value it ends with who awaits it, by reference it does not; and `stop`.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::time::Duration;

use taipan::task::TaskState;
use taipan::{tasks, timeout, yield_now};
use taipan_tests::{Counter, Gate, Log, WakeCounter, counted, poll_with};

#[path = "support/task.rs"]
mod support;
use support::everywhere;

/// Says a word after a few polls.
async fn slowly(log: &Log, word: &str) {
    for _ in 0..3 {
        yield_now().await;
    }
    log.add(word);
}

#[test]
fn stop_waits_for_the_end_and_gives_the_value_of_a_body_that_had_ended() {
    everywhere(|place| async move {
        let (drops, begun) = (Counter::new(), Gate::new());
        let body = {
            let begun = begun.clone();
            async move {
                begun.open();
                pending::<i32>().await
            }
        };
        let task = place.spawn(counted(body, &Counter::new(), &drops));
        begun.pass().await;
        assert_eq!(task.stop().await, None);
        assert_eq!(drops.get(), 1);

        let task = place.spawn(ready(42));
        while !task.is_finished() {
            yield_now().await;
        }
        assert_eq!(task.stop().await, Some(42));
    });
}

#[test]
fn stop_cancels_at_its_first_poll_and_not_at_the_call() {
    everywhere(|place| async move {
        let gate = Gate::new();
        let task = place.spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        let stop = task.stop();
        assert_eq!(tasks().last().unwrap().state(), TaskState::Pending);
        drop(stop); // never polled: the task runs on
        yield_now().await;
        assert_eq!(tasks().len(), 2);
        gate.open();
        while tasks().len() > 1 {
            yield_now().await;
        }
    });
}

// Ownership: dropped while it is awaited by value, the task is cancelled, and the scope waits for it.
#[test]
fn an_owned_task_is_cancelled_with_who_awaits_it() {
    everywhere(|place| async move {
        let (log, exiting, gate) = (Log::new(), Gate::new(), Gate::new());
        let begun = Gate::new();
        let inner = place.spawn({
            let (log, exiting, gate) = (log.clone(), exiting.clone(), gate.clone());
            let begun = begun.clone();
            let body = async move {
                begun.open();
                pending::<()>().await;
            };
            taipan::finally(body, async move |_| {
                exiting.open();
                gate.pass().await;
                log.add("exit");
            })
        });
        let mut outer = place.spawn(async move { drop(inner.await) });
        begun.pass().await;
        yield_now().await;
        outer.cancel();
        exiting.pass().await;
        for _ in 0..5 {
            yield_now().await;
        }
        assert!(!outer.is_finished()); // it waits for what it owned
        gate.open();
        assert!((&mut outer).await.unwrap_err().is_cancelled());
        assert_eq!(log.get(), "exit");
    });
}

#[test]
fn an_owned_task_is_cancelled_by_a_timeout() {
    everywhere(|place| async move {
        let (polls, drops) = (Counter::new(), Counter::new());
        let task = place.spawn(counted(pending::<()>(), &polls, &drops));
        timeout(Duration::ZERO, task).await.unwrap_err();
        assert_eq!(drops.get(), 1); // its end was awaited
    });
}

#[test]
fn an_awaited_reference_only_looks() {
    everywhere(|place| async move {
        let gate = Gate::new();
        let mut task = place.spawn({
            let gate = gate.clone();
            async move {
                gate.pass().await;
                42
            }
        });
        timeout(Duration::ZERO, &mut task).await.unwrap_err();
        {
            let mut watched = std::pin::pin!((&mut task).into_future());
            assert!(futures_lite::future::poll_once(&mut watched).await.is_none());
        }
        assert_eq!(task.info().state(), TaskState::Pending);
        gate.open();
        assert_eq!(task.await.unwrap(), 42);
    });
}

// C63: cancelled after the value was ready and before it could take it, who only watched leaves it there.
#[test]
fn a_value_that_a_cancelled_watcher_did_not_take_is_still_there() {
    everywhere(|place| async move {
        let gate = Gate::new();
        let mut task = place.spawn({
            let gate = gate.clone();
            async move {
                gate.pass().await;
                42
            }
        });
        let (woken, waker) = WakeCounter::new();
        let mut watcher = Box::pin(timeout(Duration::from_secs(3600), &mut task));
        assert!(poll_with(watcher.as_mut(), &waker).is_pending());
        gate.open();
        while woken.get() == 0 {
            yield_now().await;
        }
        drop(watcher);
        assert_eq!(task.await.unwrap(), 42);
    });
}

// C55: three deep, cancelled from the outermost owner down; each ends before its owner reports.
#[test]
fn owned_tasks_end_from_the_leaf_up() {
    everywhere(|place| async move {
        let (log, begun) = (Log::new(), Gate::new());
        let leaf = {
            let (log, begun) = (log.clone(), begun.clone());
            let body = async move {
                begun.open();
                pending::<()>().await;
            };
            taipan::finally(body, async move |_| slowly(&log, "leaf").await)
        };
        let middle = {
            let log = log.clone();
            let body = async move { drop(place.spawn(leaf).await) };
            taipan::finally(body, async move |_| slowly(&log, "middle").await)
        };
        let outer = {
            let log = log.clone();
            let body = async move { drop(place.spawn(middle).await) };
            place.spawn(taipan::finally(body, async move |_| slowly(&log, "outer").await))
        };
        begun.pass().await;
        assert_eq!(outer.stop().await, None);
        assert_eq!(log.get(), "leaf middle outer");
        assert_eq!(tasks().len(), 1);
    });
}
