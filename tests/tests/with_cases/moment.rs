//! The moments at which a cancellation can come: before, in and after the enter, the body and the exit.

use std::future::pending;
use std::time::Duration;

use taipan::with::{closing_with, finally, with};
use taipan::{race, spawn, spawn_local, timeout};
use taipan_tests::{Counter, Gate, Log, counted, on_drop, poll_once};

use crate::support::{
    ENDED, HELD, PLACES, check, check_anywhere, failing, hold, hold_and_tell, holds, logged, yields,
};

#[test]
fn before_its_first_poll_the_resource_is_a_plain_value() {
    check_anywhere(
        async |log| {
            drop(with(logged(&log, "a"), async |_| log.add("never")));
            log.add("end");
        },
        "+a end",
    );
}

// Where another worker may be faster than the cancel, it entered both and exits both, or neither.
#[test]
fn a_task_cancelled_before_its_first_poll_enters_nothing() {
    for (place, threads) in PLACES {
        let log = place.run(threads, move |log| async move {
            for round in 0..100 {
                let theirs = Log::new();
                let local = round % 2 == 0;
                let held = hold(theirs.clone());
                let task = if local { spawn_local(held) } else { spawn(held) };
                assert!(task.cancel());
                assert!(task.await.unwrap_err().is_cancelled());
                match theirs.get().as_str() {
                    "" => {}
                    begun if !local && threads > 1 => assert_eq!(begun, format!("{HELD} {ENDED}")),
                    begun => panic!("{begun}"),
                }
            }
            log.add("end");
        });
        assert_eq!(log, "end", "{place:?} on {threads} threads");
    }
}

// What had been entered on the way exits; the resource that was to be made has no exit.
#[test]
fn during_the_enter() {
    check_anywhere(
        async |log| {
            let connect = async {
                holds(log.clone(), "socket").await;
                logged(&log, "connection")
            };
            let connected = async { with(connect.await, async |_| ()).await };
            assert!(timeout(Duration::ZERO, connected).await.is_err());
            log.add("end");
        },
        "+socket -socket socket:Cancelled end",
    );
}

// C58, J242
#[test]
fn in_the_body_no_line_of_which_runs_again() {
    check_anywhere(
        async |log| {
            let body = with(logged(&log, "a"), async |_| {
                loop {
                    // Whatever it awaits in between: only the innermost one is ever seen to end.
                    let _ = timeout(Duration::ZERO, holds(log.clone(), "b")).await;
                    log.add("on");
                    holds(log.clone(), "c").await;
                    log.add("never");
                }
            });
            race!(async { drop(body.await) }, yields(6)).await;
            log.add("end");
        },
        "+a +b -b b:Cancelled on +c -c c:Cancelled -a a:Cancelled end",
    );
}

// An exit that has begun is shielded: it goes on where it was, told that the body had returned.
#[test]
fn in_the_exit_which_goes_on_and_outer_exits_are_told() {
    check_anywhere(
        async |log| {
            let body = with(logged(&log, "a"), async |_| {
                with(logged(&log, "b"), async |_| ()).await.unwrap();
                log.add("never");
            });
            // The timeout finds the inner exit half-way.
            assert!(timeout(Duration::ZERO, body).await.is_err());
            log.add("end");
        },
        "+a +b -b b:Returned -a a:Cancelled end",
    );
}

// Its error then has nobody to go to.
#[test]
fn in_the_exit_which_fails_afterwards() {
    check(
        async |log| {
            let body = with(failing(&log, "a", "not flushed"), async |_| ());
            assert!(timeout(Duration::ZERO, body).await.is_err());
            log.add("end");
        },
        "+a -a a:Returned !Exit:not flushed end",
    );
}

#[test]
fn an_exit_may_wait_for_whatever_it_likes() {
    check(
        async |log| {
            let held = Gate::new();
            let exit = move |log: Log, _| async move {
                taipan::sleep(Duration::from_micros(1)).await;
                log.add("slept");
                let work = { |log: Log, word| async move { log.add(word) } };
                spawn(work(log.clone(), "spawned")).await.unwrap();
                taipan::to_thread({
                    let log = log.clone();
                    move || log.add("thread")
                })
                .await;
                taipan::task_group(async |tg| tg.spawn(work(log.clone(), "group"))).await.unwrap();
                log.add("done");
            };
            let task = spawn({
                let (held, log) = (held.clone(), log.clone());
                with(closing_with(log, exit), async move |_: &mut _| {
                    held.open();
                    pending::<()>().await;
                })
            });
            held.pass().await;
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
            log.add("end");
        },
        "slept spawned thread group done end",
    );
}

// J258: a cancelled task waits for its exits asleep. It is not polled for its being cancelled.
#[test]
fn an_exit_that_waits_is_polled_no_more_than_it_is_woken() {
    check(
        async |log| {
            for local in [false, true] {
                let (held, exiting, go) = (Gate::new(), Gate::new(), Gate::new());
                let polls = Counter::new();
                let task = {
                    let (held, exiting, go) = (held.clone(), exiting.clone(), go.clone());
                    let polls = polls.clone();
                    let exit = move |_| {
                        let waits = async move {
                            exiting.open();
                            go.pass().await;
                        };
                        counted(waits, &polls, &Counter::new())
                    };
                    let body = async move {
                        held.open();
                        pending::<()>().await;
                    };
                    let held = finally(body, exit);
                    if local { spawn_local(held) } else { spawn(held) }
                };
                held.pass().await;
                task.cancel();
                exiting.pass().await;
                for _ in 0..10 {
                    yields(1).await;
                    task.cancel();
                }
                go.open();
                assert!(task.await.unwrap_err().is_cancelled());
                assert_eq!(polls.get(), 2);
                log.add("end");
            }
        },
        "end end",
    );
}

// A race drops the timeout that waits for the exit, the task that waits in its place is cancelled, and so is
// the one that owns that: the exit runs once, and all of them wait for it.
#[test]
fn a_second_cancellation_of_any_level_changes_only_who_waits() {
    check(
        async |log| {
            for local in [false, true] {
                let (exiting, raced, go) = (Gate::new(), Gate::new(), Gate::new());
                let dropped = Gate::new();
                let cut = {
                    let (log, exiting, go) = (log.clone(), exiting.clone(), go.clone());
                    let exit = move |outcome| async move {
                        log.add("exit");
                        exiting.open();
                        go.pass().await;
                        log.add(format!("{outcome:?}"));
                    };
                    timeout(Duration::ZERO, finally(pending::<()>(), exit))
                };
                let body = {
                    let (raced, log) = (raced.clone(), log.clone());
                    let dropping = dropped.clone();
                    async move {
                        let _dropped = on_drop(move || dropping.open());
                        let first = async { drop(cut.await) };
                        let second = async {
                            exiting.pass().await;
                            yields(1).await;
                            raced.open();
                        };
                        race!(first, second).await;
                        log.add("never");
                    }
                };
                let inner = if local { spawn_local(body) } else { spawn(body) };
                // Owned from here on, and not only once the owner is polled.
                let mut owner = spawn(inner.into_future());
                raced.pass().await;
                owner.cancel();
                dropped.pass().await;
                assert!(owner.cancel());
                assert!(!owner.is_finished());
                go.open();
                assert!((&mut owner).await.unwrap_err().is_cancelled());
                log.add("end");
            }
        },
        "exit Cancelled end exit Cancelled end",
    );
}

// H163
#[test]
fn an_outer_timeout_fires_while_the_inner_one_waits_for_the_exits() {
    check_anywhere(
        async |log| {
            let inner = async {
                let _ = timeout(Duration::ZERO, hold(log.clone())).await;
                log.add("never");
            };
            // It is due in the same poll: the inner one has begun to clean up, and never reports.
            assert!(timeout(Duration::ZERO, inner).await.is_err());
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

// The first cancellation is told to the exits, and a second one, half-way through them, to nobody.
#[test]
fn a_race_is_lost_while_the_exits_run() {
    check_anywhere(
        async |log| {
            let inner = async {
                let _ = timeout(Duration::ZERO, hold(log.clone())).await;
                log.add("never");
            };
            let other = async {
                yields(2).await;
                log.add("won");
            };
            race!(inner, other).await;
            log.add("end");
        },
        "+a +b -b won b:Cancelled -a a:Cancelled end",
    );
}

// H165
#[test]
fn a_timeout_inside_an_exit_is_an_ordinary_one() {
    check_anywhere(
        async |log| {
            let exit = |log: Log, outcome| async move {
                assert!(timeout(Duration::ZERO, hold(log.clone())).await.is_err());
                log.add(format!("{outcome:?}"));
            };
            let held = with(closing_with(log.clone(), exit), async |_| pending::<()>().await);
            assert!(timeout(Duration::ZERO, held).await.is_err());
            log.add("end");
        },
        &format!("{HELD} {ENDED} Cancelled end"),
    );
}

// The value of a body that had ended is kept, though cleanups were left to run; else it is cancelled.
#[test]
fn a_task_whose_body_had_ended_keeps_its_value() {
    check(
        async |log| {
            for local in [false, true] {
                let (exiting, go) = (Gate::new(), Gate::new());
                let body = {
                    let (exiting, go, log) = (exiting.clone(), go.clone(), log.clone());
                    async move {
                        let exit = move |_| async move {
                            exiting.open();
                            go.pass().await;
                            log.add("exit");
                        };
                        let mut dropped = Box::pin(finally(pending::<()>(), exit));
                        assert!(poll_once(dropped.as_mut()).is_pending());
                        7
                    }
                };
                let task = if local { spawn_local(body) } else { spawn(body) };
                exiting.pass().await;
                assert!(task.cancel(), "it has not ended");
                go.open();
                assert_eq!(task.await.unwrap(), 7);
                log.add("end");
            }
            let held = Gate::new();
            let task = spawn(hold_and_tell(log.clone(), held.clone()));
            held.pass().await;
            assert_eq!(task.stop().await, None);
        },
        &format!("exit end exit end {HELD} {ENDED}"),
    );
}
