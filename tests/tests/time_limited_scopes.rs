//! Timeouts around tasks, task groups and resources, on a virtual clock: who fires, who is told, and when it is over.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use futures_lite::FutureExt;
use taipan::time::{Instant, sleep};
use taipan::timeout::timeout_with;
use taipan::with::{closing_with, with};
use taipan::{Task, TaskGroup, race, spawn, spawn_local, task_group, timeout};
use taipan_tests::{Gate, Log};

const SECOND: Duration = Duration::from_secs(1);

/// Holds a resource until it is cancelled; its exit takes `seconds`.
async fn holds(log: Log, name: &'static str, seconds: u32) {
    let name = name.to_owned();
    let exit = move |log: Log, outcome| async move {
        sleep(seconds * SECOND).await;
        log.add(format!("{name}:{outcome:?}"));
    };
    with(closing_with(log, exit), async |_: &mut _| pending::<()>().await).await;
}

fn fail() {
    resume_unwind(Box::new("exit"));
}

/// What passes while `future` runs, in seconds.
async fn seconds(future: impl Future<Output = ()>) -> f64 {
    let start = Instant::now();
    future.await;
    start.elapsed().as_secs_f64()
}

// H166: after one that was handled, after a lost race, after a cancelled task.
#[taipan::test(virtual_time)]
async fn a_timeout_after_a_cancellation_works_as_usual() {
    let limited = || async {
        let passed = seconds(async {
            assert!(timeout(2 * SECOND, pending::<()>()).await.is_err());
        });
        assert_eq!(passed.await, 2.0);
        assert_eq!(timeout(2 * SECOND, async { 7 }).await, Ok(7));
    };
    assert!(timeout(SECOND, pending::<()>()).await.is_err());
    limited().await;
    race!(pending::<()>(), sleep(SECOND)).await;
    limited().await;
    assert!(spawn(pending::<()>()).stop().await.is_none());
    limited().await;
}

// H181: after a group that was cancelled, and after one that failed.
#[taipan::test(virtual_time)]
async fn a_timeout_after_a_cancelled_group_works_as_usual() {
    let cancelled = task_group(async |tg: &TaskGroup| {
        tg.spawn(pending::<()>());
        tg.cancel("enough");
    });
    cancelled.await.unwrap();
    let failed = task_group(async |tg: &TaskGroup| {
        tg.spawn(async { Err::<(), _>("no") });
        pending::<()>().await;
    });
    failed.await.unwrap_err();
    let passed = seconds(async {
        assert!(timeout(2 * SECOND, pending::<()>()).await.is_err());
    });
    assert_eq!(passed.await, 2.0);
}

// H167
#[taipan::test(virtual_time)]
async fn a_cancellation_inside_a_later_timeout_is_a_cancellation() {
    for local in [false, true] {
        let waits = Gate::new();
        let body = {
            let waits = waits.clone();
            async move {
                assert!(timeout(SECOND, pending::<()>()).await.is_err());
                let told = async {
                    waits.open();
                    pending::<()>().await;
                };
                timeout(SECOND, told).await
            }
        };
        let task = if local { spawn_local(body) } else { spawn(body) };
        waits.pass().await;
        task.cancel_with("by hand");
        let error = task.await.unwrap_err();
        assert_eq!(error.reason().unwrap().message(), Some("by hand"));
    }
}

// H173: what the body makes of its own timeouts does not hide the outer one.
#[taipan::test(virtual_time)]
async fn a_body_cannot_swallow_the_timeout() {
    let log = Log::new();
    let passed = seconds(async {
        let body = async {
            loop {
                let inner = timeout(SECOND, pending::<()>()).await;
                log.add(if inner.is_err() { "again" } else { "never" });
            }
        };
        assert!(timeout(Duration::from_millis(2500), body).await.is_err());
    });
    assert_eq!(passed.await, 2.5);
    assert_eq!(log.get(), "again again");
}

// H174: children and body end, their exits run side by side, and a plain timeout comes out.
#[taipan::test(virtual_time)]
async fn around_a_task_group() {
    let log = Log::new();
    let passed = seconds(async {
        let group = task_group(async |tg: &TaskGroup| {
            tg.spawn(holds(log.clone(), "one", 2));
            tg.spawn(holds(log.clone(), "two", 3));
            holds(log.clone(), "body", 1).await;
        });
        let late = timeout(5 * SECOND, group).await.unwrap_err();
        assert_eq!(late.to_string(), "timed out after 5s");
    });
    assert_eq!(passed.await, 8.0);
    assert_eq!(log.get(), "body:Cancelled one:Cancelled two:Cancelled");
}

// H174, F128: an exit that panics takes the place of the timeout, after all the others.
#[taipan::test(virtual_time)]
async fn around_a_task_group_with_an_exit_that_panics() {
    let log = Log::new();
    let group = task_group(async |tg: &TaskGroup| {
        tg.spawn(holds(log.clone(), "one", 2));
        tg.spawn(async {
            let exit = |(), _| async {
                sleep(SECOND).await;
                fail();
            };
            with(closing_with((), exit), async |_: &mut _| pending::<()>().await).await;
        });
    });
    let limited = AssertUnwindSafe(timeout(5 * SECOND, group)).catch_unwind();
    let payload = limited.await.unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"exit"));
    assert_eq!(log.get(), "one:Cancelled");
}

// H177: the deadline passes while the exits of a task that was cancelled by hand run: it was not the timeout.
#[taipan::test(virtual_time)]
async fn a_deadline_that_passes_while_a_cancellation_runs_claims_nothing() {
    for local in [false, true] {
        let log = Log::new();
        let limited = timeout_with(2 * SECOND, |_| holds(log.clone(), "a", 5));
        let deadline = limited.deadline();
        let task = Task::builder().name("subject");
        let task = if local { task.spawn_local(limited) } else { task.spawn(limited) };
        let passed = seconds(async {
            sleep(SECOND).await;
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
        });
        assert_eq!(passed.await, 6.0);
        assert!(!deadline.is_expired());
        assert_eq!(log.get(), "a:Cancelled");
    }
}

// F122, F123, H161: around a task that is awaited by value: late by what its exits take.
#[taipan::test(virtual_time)]
async fn around_a_task() {
    for local in [false, true] {
        let log = Log::new();
        let body = holds(log.clone(), "a", 3);
        let task = if local { spawn_local(body) } else { spawn(body) };
        let passed = seconds(async {
            assert!(timeout(SECOND, task).await.is_err());
        });
        assert_eq!(passed.await, 4.0);
        assert_eq!(log.get(), "a:Cancelled");
    }
}
