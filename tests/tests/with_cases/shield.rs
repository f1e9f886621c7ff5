//! `shield`: what has begun goes on to its end, and whoever dropped it waits.

use std::future::{pending, ready};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_lite::FutureExt;
use futures_lite::future::or;
use taipan::with::shield;
use taipan::{Runtime, gather, spawn, spawn_local, timeout};
use taipan_tests::{Counter, Gate, Log, counted, on_drop, poll_once};

use crate::support::{ENDED, HELD, check, check_anywhere, hold, yields};

/// Says when it begins and when it is done, three polls later.
async fn work(log: Log, name: &'static str) -> u8 {
    log.add(format!("{name}.."));
    yields(3).await;
    log.add(name);
    7
}

// D79
#[test]
fn the_value_passes_through() {
    check_anywhere(
        async |log| {
            assert_eq!(shield(work(log.clone(), "a")).await, 7);
            let failed: Result<(), _> = shield(async { Err("no") }).await;
            assert_eq!(failed, Err("no"));
            log.add("end");
        },
        "a.. a end",
    );
}

// D82, D87, D88, D89: a limit of zero finds it running; the timeout is reported once it is done, and its value is
// dropped.
#[test]
fn begun_it_goes_on_and_the_timeout_waits() {
    check_anywhere(
        async |log| {
            let cut = timeout(Duration::ZERO, shield(work(log.clone(), "a"))).await;
            assert_eq!(cut.unwrap_err().to_string(), "timed out after 0ns");
            log.add("end");
        },
        "a.. a end",
    );
}

// D82: the code around it is cancelled, and does not go on.
#[test]
fn a_cancelled_waiter_stays_until_it_is_done() {
    check(
        async |log| {
            for local in [false, true] {
                let (begun, cut, go) = (Gate::new(), Gate::new(), Gate::new());
                let body = {
                    let (begun, go, log) = (begun.clone(), go.clone(), log.clone());
                    let cutting = cut.clone();
                    async move {
                        let _cut = on_drop(move || cutting.open());
                        let theirs = log.clone();
                        shield(async move {
                            begun.open();
                            go.pass().await;
                            theirs.add("done");
                        })
                        .await;
                        log.add("never");
                    }
                };
                let mut task = if local { spawn_local(body) } else { spawn(body) };
                begun.pass().await;
                task.cancel();
                cut.pass().await;
                assert!(!task.is_finished());
                go.open();
                assert!((&mut task).await.unwrap_err().is_cancelled());
                log.add("end");
            }
        },
        "done end done end",
    );
}

// D84: a panic comes out of the scope that waits, once, through however many shields.
#[test]
fn a_failure_after_the_waiter_was_cancelled_is_told_once() {
    check_anywhere(
        async |log| {
            let theirs = log.clone();
            let fails = async move {
                work(theirs, "a").await;
                panic!("late");
            };
            let cut = timeout(Duration::ZERO, shield(shield(fails)));
            let payload = AssertUnwindSafe(cut).catch_unwind().await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"late"));
            log.add("end");
        },
        "a.. a end",
    );
}

// D85
#[test]
fn what_has_ended_gives_its_value_at_once() {
    assert_eq!(poll_once(pin!(shield(ready(7)))), Poll::Ready(7));
    for threads in [1, 4] {
        Runtime::builder().threads(threads).build().run(async {
            let task = spawn(ready(7));
            while !task.is_finished() {
                yields(1).await;
            }
            let Poll::Ready(value) = poll_once(pin!(shield(task.into_future()))) else {
                panic!("the task had ended")
            };
            assert_eq!(value.unwrap(), 7);
        });
    }
}

// D86: all children of a shielded gather.
#[test]
fn around_a_gather_it_protects_all_children() {
    check_anywhere(
        async |log| {
            let (a, b) = (work(log.clone(), "a"), work(log.clone(), "b"));
            let all = shield(async move { gather!(a, b).await });
            assert!(timeout(Duration::ZERO, all).await.is_err());
            log.add("end");
        },
        "a.. b.. a b end",
    );
}

// D86: each shielded child, and the gather itself is cancelled.
#[test]
fn inside_a_gather_it_protects_one_child() {
    check_anywhere(
        async |log| {
            let all = async {
                gather!(shield(work(log.clone(), "a")), work(log.clone(), "b")).await;
                log.add("never");
            };
            assert!(timeout(Duration::ZERO, all).await.is_err());
            log.add("end");
        },
        "a.. b.. a end",
    );
}

#[test]
fn not_begun_it_never_starts() {
    check_anywhere(
        async |log| {
            let (polls, drops) = (Counter::new(), Counter::new());
            drop(shield(counted(ready(()), &polls, &drops)));
            assert_eq!((polls.get(), drops.get()), (0, 1));
            // A foreign race that does not come to its second child.
            or(ready(()), async { _ = shield(work(log.clone(), "never")).await }).await;
            log.add("end");
        },
        "end",
    );
}

// H180, J245: not from a timeout inside of it, nor from a task's own end.
#[test]
fn a_timeout_inside_a_shield_works() {
    check_anywhere(
        async |log| {
            let theirs = log.clone();
            let inside = shield(async move {
                assert!(timeout(Duration::ZERO, hold(theirs.clone())).await.is_err());
                theirs.add("inside");
            });
            inside.await;
            log.add("end");
        },
        &format!("{HELD} {ENDED} inside end"),
    );
}

// The same once it is cancelled from outside: it goes on elsewhere, and its own limit still counts.
#[test]
fn a_timeout_inside_a_cancelled_shield_works() {
    check_anywhere(
        async |log| {
            let theirs = log.clone();
            let inside = shield(async move {
                yields(1).await;
                assert!(timeout(Duration::from_millis(1), pending::<()>()).await.is_err());
                theirs.add("inside");
            });
            assert!(timeout(Duration::ZERO, inside).await.is_err());
            log.add("end");
        },
        "inside end",
    );
}

// It is dropped where it stands, and what it held with it: polled on, it would panic.
#[test]
fn a_panic_inside_a_shield_passes_through() {
    check_anywhere(
        async |log| {
            let drops = Counter::new();
            let fails = counted(async { panic!("now") }, &Counter::new(), &drops);
            let mut fails = Box::pin(shield(fails));
            let payload = AssertUnwindSafe(&mut fails).catch_unwind().await.unwrap_err();
            assert_eq!((payload.downcast_ref::<&str>(), drops.get()), (Some(&"now"), 1));
            drop(fails); // nothing is left to defer
            log.add("end");
        },
        "end",
    );
}
