//! Whom a cancellation reaches, wherever it is.
//!
//! Whoever it does not reach ends by itself after a while, and says so: a cancellation that goes astray makes a
//! test fail here, where elsewhere it would hang. On one thread everybody gets turns in each round, so a while is
//! a number of rounds.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::time::Duration;

use taipan::{
    Report, Runtime, Task, TaskGroup, closing, race, spawn, spawn_local, task_group, timeout,
    try_gather, with, yield_now,
};
use taipan_tests::{Gate, Log, bounded};

/// Long enough for every cancellation below to arrive: a task of the thread's own gets some hundred turns in a
/// row.
const A_WHILE: usize = 5000;

async fn rounds(number: usize) {
    for _ in 0..number {
        yield_now().await;
    }
}

/// Is cancelled meanwhile, or says that it was not.
async fn runs_on(log: Log, name: &'static str) {
    rounds(A_WHILE).await;
    log.add(format!("{name} ran on"));
}

async fn fails() -> Result<(), &'static str> {
    yield_now().await;
    Err("failed")
}

/// Runs `case` on one thread and compares the log; what the runtime reports stands in it as well.
#[track_caller]
fn check<F: AsyncFnOnce(Log) + Send + 'static>(case: F, expected: &str) {
    let log = Log::new();
    let (theirs, reports) = (log.clone(), log.clone());
    bounded(move || {
        let hook = move |report: &Report| reports.add(report.to_string());
        let runtime = Runtime::builder().threads(1).error_hook(hook);
        runtime.shutdown_timeout(Duration::from_secs(1)).build().run(case(theirs));
    });
    assert_eq!(log.get(), expected);
}

#[test]
fn a_task_that_runs() {
    for local in [false, true] {
        let case = async move |log: Log| {
            let body = runs_on(log.clone(), "task");
            let task = if local { spawn_local(body) } else { spawn(body) };
            rounds(3).await;
            task.cancel();
            log.add(
                task.await.map_or_else(|error| error.is_cancelled().to_string(), |()| "no".into()),
            );
        };
        check(case, "true");
    }
}

/// It is cancelled where it waits: nobody else would wake it.
#[test]
fn a_task_that_is_parked() {
    for local in [false, true] {
        let case = async move |log: Log| {
            let gate = Gate::new();
            let body = {
                let gate = gate.clone();
                async move { gate.pass().await }
            };
            let task = if local { spawn_local(body) } else { spawn(body) };
            rounds(3).await;
            task.cancel();
            rounds(3).await;
            log.add(if task.is_finished() { "woken" } else { "not woken" });
            gate.open();
            drop(task.await);
        };
        check(case, "woken");
    }
}

#[test]
fn a_task_whose_owner_is_cancelled() {
    for local in [false, true] {
        let case = async move |log: Log| {
            let body = runs_on(log.clone(), "task");
            let task: Task<()> = if local { spawn_local(body) } else { spawn(body) };
            race!(async { drop(task.await) }, rounds(3)).await;
            log.add("end");
        };
        check(case, "end");
    }
}

#[test]
fn whoever_loses_a_race_or_has_a_sibling_that_fails_or_is_out_of_time() {
    check(
        async |log| {
            race!(runs_on(log.clone(), "loser"), ready(())).await;
            let works = async {
                runs_on(log.clone(), "sibling").await;
                Ok(())
            };
            let failed = try_gather!(works, fails()).await;
            log.add(failed.unwrap_err());
            let late = timeout(Duration::ZERO, runs_on(log.clone(), "body")).await;
            log.add(if late.is_err() { "late" } else { "in time" });
        },
        "failed late",
    );
}

#[test]
fn all_of_a_group_in_which_a_child_fails() {
    check(
        async |log| {
            let group = TaskGroup::new().limit(2).run(async |tg| {
                tg.spawn(runs_on(log.clone(), "sibling"));
                tg.spawn(fails());
                tg.spawn(runs_on(log.clone(), "queued"));
                tg.background(runs_on(log.clone(), "background"));
                runs_on(log.clone(), "body").await;
            });
            log.add(group.await.unwrap_err().to_string());
        },
        "the task group failed: failed",
    );
}

#[test]
fn all_of_a_group_whose_body_fails_or_that_is_told_to_end() {
    check(
        async |log| {
            let failed = TaskGroup::new().try_run(async |tg| {
                tg.spawn(runs_on(log.clone(), "child"));
                fails().await
            });
            assert!(failed.await.is_err());
            let told = task_group(async |tg: &TaskGroup| {
                tg.spawn(runs_on(log.clone(), "child"));
                let tg = tg.clone();
                tg.spawn({
                    let tg = tg.clone();
                    async move { assert!(tg.cancel("enough")) }
                });
                runs_on(log.clone(), "body").await;
            });
            log.add(told.await.unwrap_err().reason().and_then(|reason| reason.message()).unwrap());
        },
        "enough",
    );
}

#[test]
fn all_of_a_group_that_is_cut_off() {
    check(
        async |log| {
            let group = task_group(async |tg: &TaskGroup| {
                tg.spawn(runs_on(log.clone(), "child"));
                tg.background(runs_on(log.clone(), "background"));
                runs_on(log.clone(), "body").await;
            });
            race!(async { drop(group.await) }, rounds(3)).await;
            log.add("end");
        },
        "end",
    );
}

#[test]
fn background_children_when_the_body_has_ended() {
    check(
        async |log| {
            let group = task_group(async |tg: &TaskGroup| {
                tg.background(runs_on(log.clone(), "background"));
                rounds(3).await;
            });
            group.await.unwrap();
            log.add("end");
        },
        "end",
    );
}

#[test]
fn every_task_when_main_ends() {
    check(
        async |log| {
            spawn(runs_on(log.clone(), "task")).detach();
            spawn_local(runs_on(log.clone(), "local task")).detach();
            spawn(pending::<()>()).detach();
            spawn_local(pending::<()>()).detach();
            rounds(3).await;
            log.add("main");
        },
        "main",
    );
}

/// It is cancelled in its turn, and its own exit awaited.
#[test]
fn what_an_exit_spawns_when_main_has_ended() {
    let inner = |log: Log| {
        let resource = closing((), move |()| async move {
            rounds(3).await;
            log.add("inner");
        });
        with(resource, async |_| pending::<()>().await)
    };
    let outer = move |log: Log| {
        let resource = closing((), move |()| async move {
            spawn(inner(log.clone())).detach();
            rounds(3).await;
            log.add("outer");
        });
        with(resource, async |_| pending::<()>().await)
    };
    check(
        async move |log| {
            spawn(outer(log.clone())).detach();
            rounds(3).await;
            log.add("main");
        },
        "main outer inner",
    );
}
