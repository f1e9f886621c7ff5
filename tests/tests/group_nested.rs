//! Groups in groups, and failures that meet a cancellation: which of the two is told, and to whom.
#![forbid(unsafe_code)]

use std::future::pending;
use std::sync::{Arc, Mutex};

use taipan::{ReportKind, Runtime, TaskGroup, spawn, task_group, try_task_group, yield_now};
use taipan_tests::{Gate, Log, bounded, on_drop, poll_once};

#[path = "support/group.rs"]
mod support;
use support::{Exits, check};

/// Runs `case` on 1 and on 4 threads; gives what the error hook was told.
fn reports<F: AsyncFn() + Copy + Send + 'static>(case: F) -> Vec<(ReportKind, String)> {
    let reports = Arc::new(Mutex::new(Vec::new()));
    for threads in [1, 4] {
        let log = Arc::clone(&reports);
        bounded(move || {
            let hook = move |report: &taipan::Report| {
                log.lock().unwrap().push((report.kind(), report.message().to_owned()));
            };
            Runtime::builder().threads(threads).error_hook(hook).build().run(case());
        });
    }
    let reports = reports.lock().unwrap();
    reports.clone()
}

// I212, J243: the inner and the outer group end at the same time. In asyncio the inner error is handled first, and the outer
// cancellation comes at the next await. Here the cancelled code does not go on at all: what it would have been told goes to
// the hook.
#[test]
fn an_inner_failure_in_a_cancelled_child_is_reported() {
    let told = reports(async || {
        let log = Log::new();
        let result = task_group(async |outer: &TaskGroup| {
            let (held, log) = (outer.clone(), log.clone());
            outer.spawn(async move {
                let inner = task_group(async |tg: &TaskGroup| {
                    let held = held.clone();
                    tg.spawn(async move {
                        held.cancel("outer");
                        Err::<(), _>("inner")
                    });
                    pending::<()>().await;
                });
                let _ = inner.await;
                log.add("handled");
                yield_now().await;
                log.add("never");
            });
            pending::<()>().await;
        });
        let error = result.await.unwrap_err();
        assert_eq!((error.is_cancelled(), error.len()), (true, 0));
        assert_eq!(log.get(), "");
    });
    let inner = (ReportKind::Group, "the task group failed: inner".to_owned());
    assert_eq!(told, [inner.clone(), inner]);
}

/// Fails, and leaves an exit behind that opens `exiting` and then waits for `go`.
async fn fails_with_an_exit(
    error: &'static str,
    exiting: Gate,
    go: Gate,
) -> Result<(), &'static str> {
    let exit = move |_| async move {
        exiting.open();
        go.pass().await;
    };
    let mut dropped = Box::pin(taipan::finally(pending::<()>(), exit));
    assert!(poll_once(dropped.as_mut()).is_pending());
    Err(error)
}

// I200: the child had failed, and its exits still run when the owner is cancelled.
#[test]
fn a_child_that_had_failed_when_the_owner_was_cancelled_is_reported() {
    let told = reports(async || {
        let (exiting, go, cut) = (Gate::new(), Gate::new(), Gate::new());
        let child = fails_with_an_exit("child", exiting.clone(), go.clone());
        let cutting = cut.clone();
        let owner = spawn(async move {
            let result = TaskGroup::new().supervisor().run(async move |tg: &TaskGroup| {
                tg.spawn(child);
                let _cut = on_drop(move || cutting.open());
                pending::<()>().await;
            });
            let _ = result.await;
        });
        exiting.pass().await;
        owner.cancel();
        cut.pass().await;
        go.open();
        assert!(owner.await.unwrap_err().is_cancelled());
    });
    let child = (ReportKind::Group, "the task group failed: child".to_owned());
    assert_eq!(told, [child.clone(), child]);
}

// The same of the body; the guard beside it says when it has been dropped.
#[test]
fn a_body_that_had_failed_when_the_owner_was_cancelled_is_reported() {
    let told = reports(async || {
        let (exiting, go, cut) = (Gate::new(), Gate::new(), Gate::new());
        let body = fails_with_an_exit("body", exiting.clone(), go.clone());
        let cutting = cut.clone();
        let owner = spawn(async move {
            let _cut = on_drop(move || cutting.open());
            let _ = try_task_group(async move |_| body.await).await;
        });
        exiting.pass().await;
        owner.cancel();
        cut.pass().await;
        go.open();
        assert!(owner.await.unwrap_err().is_cancelled());
    });
    let body = (ReportKind::Group, "the task group failed: body".to_owned());
    assert_eq!(told, [body.clone(), body]);
}

// I221: cancelled quietly, the group itself gives the error.
#[test]
fn a_child_that_had_failed_when_its_group_was_cancelled_fails_the_group() {
    check(async || {
        let (exiting, go) = (Gate::new(), Gate::new());
        let result = TaskGroup::new().supervisor().run(async |tg: &TaskGroup| {
            tg.spawn(fails_with_an_exit("child", exiting.clone(), go.clone()));
            exiting.pass().await;
            tg.cancel("enough");
            go.open();
        });
        let error = result.await.unwrap_err();
        assert_eq!(error.to_string(), "the task group failed: child");
    });
}

// I199: three deep: the innermost failure ends all, each group as one error of the one around it.
#[test]
fn a_failure_three_deep_arrives_as_a_chain() {
    check(async || {
        let exits = Exits::new();
        let result = task_group(async |outer: &TaskGroup| {
            outer.spawn(exits.clone().hold("outer", pending::<()>()));
            let exits = exits.clone();
            outer.spawn(async move {
                let middle = task_group(async |middle: &TaskGroup| {
                    middle.spawn(exits.clone().hold("middle", pending::<()>()));
                    middle.spawn(async {
                        task_group(async |inner: &TaskGroup| {
                            inner.spawn(async { Err::<(), _>("no") });
                        })
                        .await
                    });
                    pending::<()>().await;
                });
                middle.await
            });
            pending::<()>().await;
        });
        let error = result.await.unwrap_err();
        exits.all();
        let expected = "the task group failed: the task group failed: the task group failed: no";
        assert_eq!(error.to_string(), expected);
    });
}
