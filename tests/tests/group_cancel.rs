//! Groups that end early: by `cancel`, by their owner's cancellation, by a child's.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_lite::FutureExt;
use taipan::{
    ReportKind, Runtime, TaskGroup, race, spawn, task_group, timeout, try_task_group, yield_now,
};
use taipan_tests::{Counter, Gate, poll_once};

#[path = "support/group.rs"]
mod support;
use support::{Exits, check};

/// A group whose child and body hold a resource until they are cancelled; `begun` opens when both do.
async fn held(exits: Exits, begun: Gate) {
    let result = task_group(async |tg: &TaskGroup| {
        let ready = Gate::new();
        let child = ready.clone();
        tg.spawn(exits.clone().hold("child", async move {
            child.open();
            pending::<()>().await;
        }));
        ready.pass().await;
        let body = async {
            begun.open();
            pending::<()>().await;
        };
        exits.clone().hold("body", body).await;
    });
    result.await.unwrap();
}

// I194 I195 I201 I220: everybody is cancelled and awaited, whoever cancels the owner.
#[test]
fn a_cancelled_owner_waits_for_all_exits() {
    check(async || {
        // by its handle
        let (exits, begun) = (Exits::new(), Gate::new());
        let task = spawn(held(exits.clone(), begun.clone()));
        begun.pass().await;
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(exits.all(), 2);

        // by a lost race
        let (exits, begun) = (Exits::new(), Gate::new());
        let lost = held(exits.clone(), begun.clone()).boxed_local();
        race([lost, async { begun.pass().await }.boxed_local()]).await;
        assert_eq!(exits.all(), 2);

        // by a timeout that ends at once
        let (exits, begun) = (Exits::new(), Gate::new());
        assert!(timeout(Duration::ZERO, held(exits.clone(), begun)).await.is_err());
        exits.all();

        // while the body has ended and the children have not
        let (exits, begun) = (Exits::new(), Gate::new());
        let (theirs, ready) = (exits.clone(), begun.clone());
        let task = spawn(async move {
            let result = task_group(async |tg| {
                tg.spawn(theirs.clone().hold("a", async move {
                    ready.open();
                    pending::<()>().await;
                }));
            });
            result.await
        });
        begun.pass().await;
        assert!(task.stop().await.is_none());
        assert_eq!(exits.all(), 1);
    });
}

// The run waits for a group that is dropped outside every scope, and for one that main leaves running.
#[test]
fn the_end_of_main_ends_a_group() {
    for threads in [1, 4] {
        let exits = Exits::new();
        Runtime::builder().threads(threads).build().run(async {
            let begun = Gate::new();
            spawn(held(exits.clone(), begun.clone())).detach();
            begun.pass().await;
        });
        assert_eq!(exits.all(), 2, "on {threads} threads");
    }
}

// Dropped by hand, without the help of any combinator.
#[test]
fn a_group_that_is_dropped_half_way() {
    check(async || {
        let (exits, begun) = (Exits::new(), Gate::new());
        let task = spawn({
            let (exits, begun) = (exits.clone(), begun.clone());
            async move {
                let mut group = Box::pin(held(exits, begun.clone()));
                assert!(poll_once(group.as_mut()).is_pending());
                drop(group);
            }
        });
        task.await.unwrap();
        exits.all();
        assert_eq!(taipan::tasks().len(), 1, "the task has waited for the children");
    });
}

// The exits of the body come before the end of the group, those of the children beside them.
#[test]
fn the_exits_of_the_body_may_use_the_group() {
    check(async || {
        let (refused, begun) = (Counter::new(), Gate::new());
        let (seen, ready) = (refused.clone(), begun.clone());
        let task = spawn(async move {
            let result = task_group(async |tg: &TaskGroup| {
                let exit = taipan::closing(tg.clone(), move |tg: TaskGroup| async move {
                    yield_now().await;
                    tg.spawn(async {}); // ending, and not ended: refused without a panic
                    assert!(tg.try_spawn(async {}).is_err());
                    seen.add();
                });
                let body = async |_: &mut _| {
                    ready.open();
                    pending::<()>().await;
                };
                taipan::with(exit, body).await;
            });
            result.await
        });
        begun.pass().await;
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(refused.get(), 1);
    });
}

// I218, J240, J249: before the begin, at the end, twice.
#[test]
fn cancel_at_every_time() {
    check(async || {
        let tg = TaskGroup::new();
        let clone = tg.clone();
        assert!(clone.cancel("too early"));
        assert!(!clone.cancel("again"));
        let polls = Counter::new();
        let result = tg.run(async |_| polls.add()).await;
        let error = result.unwrap_err();
        assert_eq!((error.len(), error.is_cancelled(), polls.get()), (0, true, 0));
        assert_eq!(error.reason().unwrap().message(), Some("too early"));
        assert!(error.to_string().starts_with("the task group was cancelled: too early"));
        assert!(!clone.cancel("too late"));
        let again = AssertUnwindSafe(clone.run(async |_| ())).catch_unwind().await;
        assert!(again.is_err(), "a group runs once");
    });
}

// J241, J254: quiet, and from another task. A body that has its value keeps it; the children's exits are awaited.
#[test]
fn a_child_ends_the_group_with_what_it_found() {
    check(async || {
        let exits = Exits::new();
        let result = task_group(async |tg: &TaskGroup| {
            let begun = Gate::new();
            let ready = begun.clone();
            tg.spawn(exits.clone().hold("a", async move {
                ready.open();
                pending::<()>().await;
            }));
            let clone = tg.clone();
            tg.spawn(async move {
                begun.pass().await;
                assert!(clone.cancel("found"));
            });
            7
        });
        assert_eq!(result.await.unwrap(), 7);
        assert_eq!(exits.all(), 1);
        assert_eq!(exits.log.get(), "a:Cancelled");
    });
}

// I219: it is cancelled itself, however early it is: many times, as it may run before `spawn` has returned.
#[test]
fn a_child_that_cancels_its_own_group() {
    check(async || {
        let after = Counter::new();
        for _ in 0..3_000 {
            let result = task_group(async |tg: &TaskGroup| {
                let (clone, after) = (tg.clone(), after.clone());
                tg.spawn(async move {
                    clone.cancel("me too");
                    yield_now().await;
                    after.add();
                });
                pending::<()>().await;
            });
            assert!(result.await.unwrap_err().is_cancelled());
        }
        assert_eq!(after.get(), 0);
    });
}

// I188 I224: a child whose task is cancelled, or that is left by its own timeout, is no failure.
#[test]
fn a_cancelled_child_is_no_failure() {
    check(async || {
        let done = Counter::new();
        let result = task_group(async |tg: &TaskGroup| {
            let finished = done.clone();
            tg.spawn(async move {
                let _ = timeout(Duration::ZERO, pending::<()>()).await;
                finished.add();
            });
            let inner = done.clone();
            tg.spawn(async move {
                let task = spawn(pending::<()>());
                task.cancel();
                assert!(task.await.is_err());
                inner.add();
            });
        });
        result.await.unwrap();
        assert_eq!(done.get(), 2);
    });
}

// I196 I200 I221: what went wrong before or during the cancellation is told, though nobody can be given it.
#[test]
fn a_failure_beside_a_cancellation_is_told() {
    // cancelled quietly: the error is the group's
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            let clone = tg.clone();
            tg.spawn(async move {
                clone.cancel("enough");
                Err::<(), _>("the cleanup failed")
            });
            pending::<()>().await;
        });
        let error = result.await.unwrap_err();
        assert!(error.is_cancelled());
        assert_eq!(error.to_string(), "the task group failed: the cleanup failed");
    });
    // cancelled from outside: nobody is left but the hook
    for threads in [1, 4] {
        let reports = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&reports);
        let hook = move |report: &taipan::Report| {
            log.lock().unwrap().push((report.kind(), report.message().to_owned()));
        };
        let runtime = Runtime::builder().threads(threads).error_hook(hook).build();
        runtime.run(async {
            let failed = Gate::new();
            let seen = failed.clone();
            let task = spawn(async move {
                let result = TaskGroup::new().supervisor().run(async |tg| {
                    tg.spawn(async { Err::<(), _>("lost") });
                    while tg.running() > 0 {
                        yield_now().await;
                    }
                    seen.open();
                    pending::<()>().await;
                });
                result.await
            });
            failed.pass().await;
            assert!(task.stop().await.is_none());
        });
        let expected = [(ReportKind::Group, "the task group failed: lost".to_owned())];
        assert_eq!(*reports.lock().unwrap(), expected);
    }
}

// A panic of a child's exit comes out of the scope that cancelled the group.
#[test]
fn a_panic_in_an_exit_of_a_cancelled_group() {
    check(async || {
        let begun = Gate::new();
        let ready = begun.clone();
        let task = spawn(async move {
            let result = task_group(async |tg| {
                tg.spawn(async move {
                    let exit = taipan::closing((), |()| async {
                        yield_now().await;
                        assert!(taipan::tasks().is_empty(), "in the exit");
                    });
                    taipan::with(exit, async |_| {
                        ready.open();
                        pending::<()>().await;
                    })
                    .await;
                });
            });
            result.await
        });
        begun.pass().await;
        task.cancel();
        let payload = task.await.unwrap_err().into_panic().unwrap();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"in the exit"));
    });
}

// I212 I210: nothing is pending after a group has failed.
#[test]
fn after_a_failed_group_the_owner_goes_on() {
    check(async || {
        let result = task_group(async |tg| {
            tg.spawn(async {
                let inner = try_task_group(async |tg| {
                    tg.spawn(async { Err::<(), _>("child") });
                    yield_now().await;
                    Err::<(), _>("body")
                });
                assert!(!inner.await.unwrap_err().is_empty());
                yield_now().await; // not cancelled
            });
        });
        result.await.unwrap();
    });
}

// A group that is never polled does nothing.
#[test]
fn a_group_that_is_never_polled() {
    check(async || {
        let polls = Counter::new();
        let tg = TaskGroup::new();
        drop(tg.clone().run(async |_| polls.add()));
        assert_eq!(polls.get(), 0);
        tg.run(async |_| polls.add()).await.unwrap();
        assert_eq!(polls.get(), 1);
    });
}

#[test]
fn a_group_needs_a_runtime() {
    let group = std::panic::catch_unwind(|| {
        let mut group = pin!(task_group(async |_| ()));
        let _ = poll_once(group.as_mut());
    });
    let payload = group.unwrap_err();
    assert!(payload.downcast_ref::<&str>().unwrap().starts_with("no runtime here"));
}
