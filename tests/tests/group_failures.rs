//! Who fails, who is cancelled for it, and which errors come out.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt;
use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::Mutex;

use futures_lite::FutureExt;
use taipan::{
    GroupError, ReportKind, Runtime, TaskGroup, spawn, task_group, try_task_group, yield_now,
};
use taipan_tests::{Counter, Gate, Log};

#[path = "support/group.rs"]
mod support;
use support::{Exits, check};

#[derive(Debug, PartialEq)]
struct Failed(&'static str);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Failed {}

async fn fail(name: &'static str) -> Result<(), Failed> {
    Err(Failed(name))
}

fn names(error: &GroupError) -> Vec<String> {
    error.iter().map(ToString::to_string).collect()
}

// I189 I193 I228: a child fails.
#[test]
fn a_failure_cancels_the_siblings_and_the_body_and_waits_for_their_exits() {
    check(async || {
        let (exits, after) = (Exits::new(), Counter::new());
        let result = task_group(async |tg: &TaskGroup| {
            let ready = Gate::new();
            for name in ["a", "b"] {
                let (exits, ready) = (exits.clone(), ready.clone());
                tg.spawn(exits.hold(name, async move {
                    if name == "b" {
                        ready.open();
                    }
                    pending::<()>().await;
                }));
            }
            ready.pass().await;
            tg.spawn(fail("first"));
            exits.clone().hold("body", pending::<()>()).await;
            after.add();
        });
        let error = result.await.unwrap_err();
        assert_eq!(names(&error), ["first"]);
        assert_eq!(error.find::<Failed>(), Some(&Failed("first")));
        assert_eq!(error.source().unwrap().to_string(), "first");
        assert_eq!(error.to_string(), "the task group failed: first");
        assert!(!error.is_cancelled());
        exits.all();
        assert!(exits.log.get().contains("body:Cancelled"));
        assert_eq!(after.get(), 0);
    });
}

// I191: the sibling that is cancelled by the first fails in its own exit: both are told, in order.
#[test]
fn errors_are_told_in_the_order_in_which_they_happened() {
    check(async || {
        let (one, two) = (Gate::new(), Gate::new());
        let result = TaskGroup::new().supervisor().run(async |tg| {
            let (gate, next) = (one.clone(), two.clone());
            tg.spawn(async move {
                gate.pass().await;
                next.open();
                fail("second").await
            });
            let last = two.clone();
            let third = tg.clone();
            tg.spawn(async move {
                last.pass().await;
                while third.running() > 1 {
                    yield_now().await;
                }
                fail("third").await
            });
            let gate = one.clone();
            tg.spawn(async move {
                gate.open();
                fail("first").await
            });
        });
        let error = result.await.unwrap_err();
        assert_eq!(error.len(), 3);
        assert_eq!(names(&error)[2], "third");
        assert_eq!(error.first().unwrap().to_string(), names(&error)[0]);
        assert!(error.to_string().starts_with("the task group failed with 3 errors: "));
    });
}

// I192: the body fails while a child does.
#[test]
fn body_and_child_fail_both() {
    check(async || {
        let result = TaskGroup::new().supervisor().try_run(async |tg| {
            tg.spawn(fail("child"));
            while tg.running() > 0 {
                yield_now().await;
            }
            fail("body").await
        });
        assert_eq!(names(&result.await.unwrap_err()), ["child", "body"]);
    });
}

// I193: before and after its first await.
#[test]
fn the_body_fails() {
    check(async || {
        for turns in 0..3 {
            let exits = Exits::new();
            let result = try_task_group(async |tg| {
                tg.spawn(exits.clone().hold("a", pending::<()>()));
                for _ in 0..turns {
                    yield_now().await;
                }
                fail("body").await
            });
            assert_eq!(names(&result.await.unwrap_err()), ["body"]);
            exits.all();
        }
    });
}

// I197 I199: the inner group's errors arrive as one.
#[test]
fn an_inner_group_arrives_as_one_error() {
    check(async || {
        let exits = Exits::new();
        let result = task_group(async |tg| {
            tg.spawn(exits.clone().hold("sibling", pending::<()>()));
            tg.spawn(async {
                let inner = TaskGroup::new().supervisor().run(async |tg| {
                    tg.spawn(fail("one"));
                    tg.spawn(async { Err::<(), _>("two") });
                });
                inner.await
            });
        });
        let error = result.await.unwrap_err();
        assert_eq!(error.len(), 1);
        assert_eq!(error.find::<GroupError>().unwrap().len(), 2);
        assert_eq!(error.find::<Failed>(), Some(&Failed("one")));
        exits.all();

        let (failed, rest) = error.split::<Failed>();
        assert_eq!(failed, [Failed("one")]);
        let rest = rest.unwrap();
        assert_eq!(rest.len(), 1, "the inner group stays a group");
        assert_eq!(rest.to_string(), "the task group failed: the task group failed: two");
        let (inner, rest) = rest.split::<GroupError>();
        assert_eq!(names(&inner[0]), ["two"]);
        assert!(rest.is_none());
    });
}

// I198: only the outer error is told.
#[test]
fn an_outer_failure_cancels_an_inner_group() {
    check(async || {
        let exits = Exits::new();
        let begun = Gate::new();
        let result = task_group(async |tg| {
            let (inner, ready) = (exits.clone(), begun.clone());
            tg.spawn(async move {
                let group = task_group(async |tg: &TaskGroup| {
                    tg.spawn(inner.clone().hold("inner", async move {
                        ready.open();
                        pending::<()>().await;
                    }));
                });
                group.await
            });
            begun.pass().await;
            tg.spawn(fail("outer"));
        });
        assert_eq!(names(&result.await.unwrap_err()), ["outer"]);
        assert_eq!(exits.all(), 1);
        assert_eq!(exits.log.get(), "inner:Cancelled");
    });
}

// I203: resumed after all have ended.
#[test]
fn a_panic_is_resumed_after_all_have_ended() {
    check(async || {
        for body_panics in [false, true] {
            let exits = Exits::new();
            let result = task_group(async |tg| {
                let begun = Gate::new();
                let ready = begun.clone();
                tg.spawn(exits.clone().hold("a", async move {
                    ready.open();
                    pending::<()>().await;
                }));
                begun.pass().await;
                if body_panics {
                    panic!("boom");
                }
                tg.spawn(async { panic!("boom") });
                pending::<()>().await;
            });
            let payload = AssertUnwindSafe(result).catch_unwind().await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"boom"));
            assert_eq!(exits.all(), 1);
        }
    });
}

// I204: nothing is lost: what stands beside the panic is reported.
#[test]
fn errors_and_panics_beside_the_first_panic_are_reported() {
    for threads in [1, 4] {
        let reports = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&reports);
        let hook = move |report: &taipan::Report| {
            log.lock().unwrap().push((report.kind(), report.message().to_owned()));
        };
        let runtime = Runtime::builder().threads(threads).error_hook(hook).build();
        runtime.run(async {
            let result = TaskGroup::new().supervisor().run(async |tg| {
                tg.spawn(async { panic!("first") });
                while tg.running() > 0 {
                    yield_now().await;
                }
                tg.spawn(async { panic!("second") });
                tg.spawn(fail("error"));
            });
            let payload = AssertUnwindSafe(result).catch_unwind().await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"first"));
        });
        let reports = reports.lock().unwrap();
        let expected = [
            (ReportKind::Panic, "second".to_owned()),
            (ReportKind::Group, "the task group failed: error".to_owned()),
        ];
        assert_eq!(*reports, expected, "on {threads} threads");
    }
}

// A supervisor's children fail for themselves.
#[test]
fn a_supervisor_goes_on() {
    check(async || {
        let done = Counter::new();
        let result = TaskGroup::new().supervisor().run(async |tg| {
            tg.spawn(fail("a"));
            while tg.running() > 0 {
                yield_now().await;
            }
            let done = done.clone();
            tg.spawn(async move { done.add() });
        });
        assert_eq!(names(&result.await.unwrap_err()), ["a"]);
        assert_eq!(done.get(), 1);
    });
}

// I205: the failure of one ends all.
#[test]
fn children_that_keep_spawning_cannot_outrun_a_failure() {
    #[expect(clippy::manual_async_fn, reason = "recursive: it has to say that it is `Send`")]
    fn keep(tg: TaskGroup) -> impl Future<Output = ()> + Send {
        async move {
            yield_now().await;
            tg.spawn(keep(tg.clone()));
        }
    }
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            for _ in 0..4 {
                tg.spawn(keep(tg.clone()));
            }
            for _ in 0..20 {
                yield_now().await;
            }
            tg.spawn(fail("stop"));
        });
        assert_eq!(names(&result.await.unwrap_err()), ["stop"]);
    });
}

// I206 I207: refused, and dropped or handed back.
#[test]
fn a_group_that_ends_takes_no_children() {
    check(async || {
        let (polls, drops) = (Counter::new(), Counter::new());
        let result = try_task_group(async |tg: &TaskGroup| {
            tg.cancel("enough");
            tg.spawn(taipan_tests::counted(async {}, &polls, &drops));
            tg.background(taipan_tests::counted(async {}, &polls, &drops));
            assert!(tg.spawn_when_free(async {}).await.is_err());
            assert!(tg.try_spawn(async {}).is_err());
            Ok::<_, Failed>(tg.clone())
        });
        let ended = result.await.unwrap();
        assert_eq!((polls.get(), drops.get()), (0, 2));
        let held = Log::new();
        let back = ended.try_spawn({
            let held = held.clone();
            async move { held.add("run") }
        });
        back.unwrap_err().into_inner().await;
        assert_eq!(held.get(), "run");
        assert!(ended.spawn_when_free(async {}).await.is_err());
        let late = AssertUnwindSafe(async { ended.spawn(async {}) }).catch_unwind().await;
        assert!(late.is_err(), "an ended group has nobody to cancel");
    });
}

// I216: nothing is kept by a handle that outlives the group.
#[test]
fn an_ended_group_keeps_nothing() {
    check(async || {
        let held = Arc::new(());
        let (child, queued) = (Arc::clone(&held), Arc::clone(&held));
        let kept = TaskGroup::new().limit(1);
        let result = kept.clone().run(async |tg: &TaskGroup| {
            let inside = tg.clone();
            tg.spawn(async move {
                let _held = (child, inside);
                fail("a").await
            });
            let inside = tg.clone();
            tg.spawn(async move {
                let _held = (queued, inside);
                pending::<()>().await;
            });
        });
        drop(result.await.unwrap_err());
        assert_eq!(Arc::strong_count(&held), 1);
        assert_eq!(kept.running(), 0);
        assert_eq!(taipan::tasks().len(), 1, "main is left");
    });
}

// The future of a group is `Send` where its body's is.
#[test]
fn a_group_runs_inside_a_task() {
    check(async || {
        let task = spawn(async {
            let sum = Counter::new();
            let result = task_group(async |tg: &TaskGroup| {
                for _ in 0..3 {
                    let sum = sum.clone();
                    tg.spawn(async move { sum.add() });
                }
            });
            result.await.unwrap();
            sum.get()
        });
        assert_eq!(task.await.unwrap(), 3);
    });
}
