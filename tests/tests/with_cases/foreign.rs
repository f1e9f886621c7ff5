//! Code that knows nothing of scopes drops, stores, forgets and blocks on what holds a resource.

use std::future::{pending, poll_fn, ready};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_lite::future::{block_on, or};
use taipan::with::with;
use taipan::{spawn, spawn_local, timeout};
use taipan_tests::Gate;

use crate::support::{
    ENDED, HELD, check, check_anywhere, held, hold, hold_and_tell, holds, logged, yields,
};

// Dropping.

#[test]
fn dropped_by_hand_it_exits_beside_the_rest() {
    check_anywhere(
        async |log| {
            let scope = async {
                drop(held(&log));
                log.add("beside");
                yields(4).await;
                log.add("still");
            };
            assert!(timeout(Duration::from_secs(3600), scope).await.is_ok());
            log.add("end");
        },
        // Begun in the poll that dropped it, and half-way when the rest has ended.
        "+a +b beside -b b:Cancelled -a still a:Cancelled end",
    );
}

#[test]
fn dropped_by_a_foreign_select_it_exits_beside_the_rest() {
    check_anywhere(
        async |log| {
            let scope = async {
                or(hold(log.clone()), yields(1)).await;
                log.add("beside");
            };
            assert!(timeout(Duration::from_secs(3600), scope).await.is_ok());
            log.add("end");
        },
        &format!("{HELD} beside {ENDED} end"),
    );
}

// In a task and in main nothing else is needed: they are scopes.
#[test]
fn the_task_itself_waits_for_what_it_dropped() {
    check(
        async |log| {
            for local in [false, true] {
                let theirs = log.clone();
                let body = async move { drop(held(&theirs)) };
                let task = if local { spawn_local(body) } else { spawn(body) };
                task.await.unwrap();
                log.add("end");
            }
        },
        &format!("{HELD} {ENDED} end {HELD} {ENDED} end"),
    );
}

#[test]
fn the_exit_of_an_enclosing_resource_waits_for_what_its_body_dropped() {
    check_anywhere(
        async |log| {
            let outer = with(logged(&log, "o"), async |_| {
                drop(held(&log));
                log.add("body");
            });
            outer.await.unwrap();
            log.add("end");
        },
        &format!("+o {HELD} body {ENDED} -o o:Returned end"),
    );
}

// Also when the body is cancelled while they run: a chain, and no race.
#[test]
fn the_exit_of_a_cancelled_resource_waits_for_what_its_body_dropped() {
    check_anywhere(
        async |log| {
            let outer = with(logged(&log, "o"), async |_| {
                drop(held(&log));
                pending::<()>().await;
            });
            or(async { assert!(timeout(Duration::ZERO, outer).await.is_err()) }, pending()).await;
            log.add("end");
        },
        &format!("+o {HELD} {ENDED} -o o:Cancelled end"),
    );
}

// Storing.

/// Polls all to their ends: a foreign join.
async fn join_all<F: Future<Output = ()>>(mut all: Vec<Pin<Box<F>>>) {
    poll_fn(|cx| {
        all.retain_mut(|one| one.as_mut().poll(cx).is_pending());
        if all.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[test]
fn the_children_of_a_foreign_join() {
    check_anywhere(
        async |log| {
            let all = ["a", "b", "c"].map(|name| Box::pin(holds(log.clone(), name)));
            assert!(timeout(Duration::ZERO, join_all(Vec::from(all))).await.is_err());
            log.add("end");
        },
        "+a +b +c -a -b -c a:Cancelled b:Cancelled c:Cancelled end",
    );
}

// A select by reference in a loop, whose handler waits: the future is alive and nobody polls it.
#[test]
fn stored_and_not_polled_just_now() {
    check_anywhere(
        async |log| {
            let turns = async {
                let mut stored = pin!(hold(log.clone()));
                loop {
                    or(stored.as_mut(), ready(())).await;
                    log.add("handler");
                    yields(2).await;
                }
            };
            assert!(timeout(Duration::ZERO, turns).await.is_err());
            log.add("end");
        },
        &format!("{HELD} handler {ENDED} end"),
    );
}

#[test]
fn a_resource_that_is_forgotten_holds_up_nobody() {
    check_anywhere(
        async |log| {
            let forgets = async {
                std::mem::forget(held(&log));
                pending::<()>().await;
            };
            assert!(timeout(Duration::ZERO, forgets).await.is_err());
            log.add("end");
        },
        &format!("{HELD} end"),
    );
}

// Blocking.

// A scope inside waits inside; what is dropped outside of it there goes to the scope around the call.
#[test]
fn a_block_on_inside() {
    check_anywhere(
        async |log| {
            let scope = async {
                block_on(async {
                    assert!(timeout(Duration::ZERO, hold(log.clone())).await.is_err());
                    log.add("waited");
                    drop(held(&log));
                });
                log.add("back");
            };
            assert!(timeout(Duration::from_secs(3600), scope).await.is_ok());
            log.add("end");
        },
        &format!("{HELD} {ENDED} waited {HELD} back {ENDED} end"),
    );
}

// A runtime of its own, on a thread of its own, ends what it has begun before it gives its value.
#[test]
fn a_run_inside_a_blocking_call() {
    check(
        async |log| {
            let theirs = log.clone();
            let inner = move || {
                taipan::run(async {
                    let held = Gate::new();
                    spawn(hold_and_tell(theirs, held.clone())).detach();
                    held.pass().await;
                });
            };
            taipan::to_thread(inner).await;
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}
