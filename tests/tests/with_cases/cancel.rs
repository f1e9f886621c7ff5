//! The ways in which a scope can be cancelled: by whom.

use std::future::{pending, ready};
use std::time::Duration;

use taipan::{
    Task, TaskGroup, race, spawn, spawn_local, task_group, timeout, try_gather, try_task_group,
};
use taipan_tests::{Gate, Log};

use crate::support::{ENDED, HELD, check, check_anywhere, hold, hold_and_tell, holds};

#[test]
fn by_a_timeout() {
    check_anywhere(
        async |log| {
            assert!(timeout(Duration::ZERO, hold(log.clone())).await.is_err());
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_a_lost_race() {
    check_anywhere(
        async |log| {
            race!(hold(log.clone()), ready(())).await;
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_a_sibling_that_fails() {
    check_anywhere(
        async |log| {
            let held = async {
                hold(log.clone()).await;
                Ok::<_, &str>(())
            };
            let failed = try_gather!(held, async { Err::<(), _>("x") }).await;
            assert_eq!(failed, Err("x"));
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_a_sibling_in_its_group_that_fails() {
    check(
        async |log| {
            let result = task_group(async |tg: &TaskGroup| {
                let held = Gate::new();
                tg.spawn(hold_and_tell(log.clone(), held.clone()));
                tg.spawn(async move {
                    held.pass().await;
                    Err::<(), _>("x")
                });
                pending::<()>().await;
            });
            assert_eq!(result.await.unwrap_err().to_string(), "the task group failed: x");
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_a_child_of_its_group_that_fails() {
    check(
        async |log| {
            let result = task_group(async |tg: &TaskGroup| {
                let held = Gate::new();
                let begun = held.clone();
                tg.spawn(async move {
                    begun.pass().await;
                    Err::<(), _>("x")
                });
                hold_and_tell(log.clone(), held).await;
            });
            assert_eq!(result.await.unwrap_err().to_string(), "the task group failed: x");
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_the_body_of_its_group_that_fails() {
    check(
        async |log| {
            let result = try_task_group(async |tg: &TaskGroup| {
                let held = Gate::new();
                tg.spawn(hold_and_tell(log.clone(), held.clone()));
                held.pass().await;
                Err::<(), _>("x")
            });
            assert_eq!(result.await.unwrap_err().to_string(), "the task group failed: x");
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

/// Cancels a task that holds, and waits for it.
async fn cancel_and_wait(task: Task<()>, held: Gate, log: &Log) {
    held.pass().await;
    task.cancel();
    assert!(task.await.unwrap_err().is_cancelled());
    log.add("end");
}

#[test]
fn by_the_cancellation_of_its_task() {
    check(
        async |log| {
            let held = Gate::new();
            let task = spawn(hold_and_tell(log.clone(), held.clone()));
            cancel_and_wait(task, held, &log).await;
            let held = Gate::new();
            let task = spawn_local(hold_and_tell(log.clone(), held.clone()));
            cancel_and_wait(task, held, &log).await;
        },
        &format!("{HELD} {ENDED} end {HELD} {ENDED} end"),
    );
}

#[test]
fn by_an_owner_that_is_cancelled() {
    check(
        async |log| {
            let held = Gate::new();
            let task = spawn(hold_and_tell(log.clone(), held.clone()));
            race!(async { drop(task.await) }, held.pass()).await;
            log.add("end");
            let held = Gate::new();
            let task = spawn_local(hold_and_tell(log.clone(), held.clone()));
            race!(async { drop(task.await) }, held.pass()).await;
            log.add("end");
        },
        &format!("{HELD} {ENDED} end {HELD} {ENDED} end"),
    );
}

#[test]
fn siblings_end_concurrently() {
    check_anywhere(
        async |log| {
            let both = async {
                taipan::gather!(holds(log.clone(), "a"), holds(log.clone(), "b")).await;
            };
            assert!(timeout(Duration::ZERO, both).await.is_err());
            log.add("end");
        },
        "+a +b -a -b a:Cancelled b:Cancelled end",
    );
}
