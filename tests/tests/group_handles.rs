//! The handles of a group's children: what they give, what they cancel, and that they own nothing.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_lite::FutureExt;
use taipan::group::{Child, ChildError};
use taipan::{
    ReportKind, Runtime, Task, TaskGroup, gather, race, spawn, task_group, tasks, timeout,
    try_task_group, with, yield_now,
};
use taipan_tests::{Counter, Gate, WakeCounter, bounded, counted, on_drop, poll_once, poll_with};

#[path = "support/group.rs"]
mod support;
use support::{Exits, check};

async fn give<T>(value: T) -> taipan::Result<T> {
    yield_now().await;
    Ok(value)
}

async fn fail() -> taipan::Result<u8> {
    Err("no route".into())
}

// I238: the value, during the group and after it.
#[test]
fn a_handle_gives_the_value() {
    check(async || {
        let (after, sum) = task_group(async |tg: &TaskGroup| {
            let unit = tg.spawn(async {});
            unit.await.unwrap();
            let (one, mut two) = (tg.spawn(give(1)), tg.spawn(give(2)));
            let sum = one.await.unwrap() + (&mut two).await.unwrap();
            assert!(two.is_finished());
            (tg.spawn(give("late".to_owned())), sum)
        })
        .await
        .unwrap();
        assert_eq!(sum, 3);
        assert!(after.is_finished());
        assert!(!after.cancel(), "it has ended");
        assert_eq!(after.await.unwrap(), "late");
    });
}

async fn panics() {
    panic!("on purpose");
}

/// Which of its states an error shows.
fn state(error: &ChildError) -> (bool, bool, bool, bool) {
    (error.is_failed(), error.is_panic(), error.is_cancelled(), error.is_refused())
}

// I238: a failure, a panic and a cancellation are distinct, and the group has the first two.
#[test]
fn failed_panicked_and_cancelled_are_told_apart() {
    check(async || {
        let result = TaskGroup::new().supervisor().run(async |tg: &TaskGroup| {
            let failed = Task::builder().name("fetch").spawn_in(tg, fail()).await.unwrap_err();
            assert_eq!(state(&failed), (true, false, false, false));
            assert!(failed.to_string().starts_with("task `fetch` (spawned at "));
            assert!(failed.to_string().ends_with(") failed: its group has the error"));
            assert_eq!((failed.task_name(), failed.reason().is_none()), ("fetch".to_owned(), true));

            let idle = tg.spawn(pending::<()>());
            assert!(idle.cancel_with("not needed"));
            idle.cancel_with("a later reason does not count"); // by now it may have ended
            let cancelled = idle.await.unwrap_err();
            assert_eq!(state(&cancelled), (false, false, true, false));
            assert_eq!(cancelled.reason().unwrap().message(), Some("not needed"));
            assert!(cancelled.to_string().contains("was cancelled: not needed (asked by `main`"));
        });
        assert_eq!(result.await.unwrap_err().to_string(), "the task group failed: no route");

        let handle = Arc::new(Mutex::new(None));
        let result = task_group(async |tg: &TaskGroup| {
            *handle.lock().unwrap() = Some(tg.spawn(panics()));
        });
        let panic = AssertUnwindSafe(result).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
        let child: Child<()> = handle.lock().unwrap().take().unwrap();
        let panicked = child.await.unwrap_err();
        assert_eq!(state(&panicked), (false, true, false, false));
        assert!(panicked.to_string().ends_with(") panicked: its group has the panic"));
    });
}

// What ends with its group was cancelled by it.
#[test]
fn a_sibling_of_a_failure_was_cancelled() {
    check(async || {
        let handles = Mutex::new(Vec::new());
        let result = TaskGroup::new().limit(2).run(async |tg: &TaskGroup| {
            let begun = Gate::new();
            let ready = begun.clone();
            handles.lock().unwrap().push(tg.spawn(async move {
                ready.open();
                pending::<()>().await;
            }));
            begun.pass().await;
            let go = Gate::new();
            let pass = go.clone();
            tg.spawn(async move {
                pass.pass().await;
                fail().await
            });
            handles.lock().unwrap().push(tg.spawn(async {})); // queued
            go.open();
            pending::<()>().await;
        });
        assert_eq!(result.await.unwrap_err().len(), 1);
        for child in handles.into_inner().unwrap() {
            let error = child.await.unwrap_err();
            assert!(error.is_cancelled());
            assert_eq!(error.reason().unwrap().message(), Some("a task of its group failed"));
        }
    });
}

// I206 I207: refused.
#[test]
fn a_child_that_comes_too_late_is_refused() {
    check(async || {
        let (polls, drops) = (Counter::new(), Counter::new());
        let group = task_group(async |tg: &TaskGroup| {
            tg.cancel("over");
            let late = tg.spawn(counted(give(1), &polls, &drops));
            assert_eq!((polls.get(), drops.get()), (0, 1));
            assert!(late.is_finished() && !late.cancel());
            let mut background = tg.background(counted(async {}, &polls, &drops));
            assert!((&mut background).await.unwrap_err().is_refused());
            let error = late.await.unwrap_err();
            assert_eq!(state(&error), (false, false, false, true));
            assert!(error.to_string().ends_with(" was refused: its group is ending"));
            tg.clone()
        });
        let group = group.await.unwrap();
        assert!(group.try_spawn(async {}).is_err());
        assert_eq!((polls.get(), drops.get()), (0, 2));
    });
}

// I239 I188 I224: one child is cancelled, its exit is awaited, and the group goes on.
#[test]
fn one_child_is_cancelled_and_awaited() {
    check(async || {
        let exits = Exits::new();
        let result = task_group(async |tg: &TaskGroup| {
            let begun = Gate::new();
            let ready = begun.clone();
            let child = tg.spawn(exits.clone().hold("child", async move {
                ready.open();
                pending::<()>().await;
            }));
            let other = tg.spawn(give(7));
            begun.pass().await;
            assert!(!child.is_finished());
            assert!(child.cancel());
            assert!(child.await.unwrap_err().is_cancelled());
            assert_eq!(exits.all(), 1, "its exit has run");
            other.await.unwrap()
        });
        assert_eq!(result.await.unwrap(), 7);
    });
}

// I222: harmless, before and after the group's end.
#[test]
fn a_child_that_has_ended_cannot_be_cancelled() {
    check(async || {
        let child = task_group(async |tg: &TaskGroup| {
            let mut child = tg.spawn(give(1));
            while !child.is_finished() {
                yield_now().await;
            }
            assert!(!child.cancel() && !child.cancel_with("late"));
            assert_eq!((&mut child).await.unwrap(), 1);
            assert!(!child.cancel());
            tg.spawn(give(2)).await.unwrap();
            child
        });
        assert!(!child.await.unwrap().cancel());
    });
}

// Dropping a handle, awaited or not, never cancels.
#[test]
fn a_dropped_handle_leaves_the_child_alone() {
    check(async || {
        let ended = Counter::new();
        let result = task_group(async |tg: &TaskGroup| {
            let gate = Gate::new();
            let child = || {
                let (gate, ended) = (gate.clone(), ended.clone());
                async move {
                    gate.pass().await;
                    ended.add();
                }
            };
            tg.spawn(child());
            drop(tg.spawn(child()));
            let mut awaited = Box::pin(tg.spawn(child()).into_future());
            assert!(poll_once(awaited.as_mut()).is_pending());
            drop(awaited);
            let mut watched = tg.spawn(child());
            assert!(poll_once(pin!((&mut watched).into_future())).is_pending());
            assert!(timeout(Duration::ZERO, tg.spawn(child())).await.is_err());
            race!(tg.spawn(child()), async { Ok(()) }).await.unwrap();
            gate.open();
            watched.await.unwrap();
        });
        result.await.unwrap();
        assert_eq!(ended.get(), 6);
    });
}

#[taipan::test]
async fn an_end_wakes_whoever_awaits_the_handle_last() {
    task_group(async |tg: &TaskGroup| {
        let gate = Gate::new();
        let pass = gate.clone();
        let mut child = tg.spawn(async move { pass.pass().await });
        let ((first, first_waker), (second, second_waker)) =
            (WakeCounter::new(), WakeCounter::new());
        let mut watched = pin!((&mut child).into_future());
        assert!(poll_with(watched.as_mut(), &first_waker).is_pending());
        assert!(poll_with(watched.as_mut(), &second_waker).is_pending());
        drop(first_waker);
        assert_eq!(Arc::strong_count(&first), 1, "it is not kept");
        gate.open();
        yield_now().await;
        yield_now().await;
        assert_eq!((first.get(), second.get()), (0, 1));
        assert!(poll_with(watched, &second_waker).is_ready());
    })
    .await
    .unwrap();
}

#[test]
fn children_stand_in_the_macros_as_tasks_do() {
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            let (a, b) = gather!(tg.spawn(give(1)), tg.spawn(give("two"))).await;
            assert_eq!((a.unwrap(), b.unwrap()), (1, "two"));
            let mut children: Vec<_> = (0..40).map(|n| tg.spawn(give(n))).collect();
            let sum: i32 = gather!(..&mut children).await.into_iter().map(Result::unwrap).sum();
            assert_eq!(sum, 780);
            children.iter().all(Child::is_finished)
        });
        assert!(result.await.unwrap());
    });
}

#[test]
fn a_handle_knows_its_child() {
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            let named = Task::builder()
                .name("fetch")
                .spawn_in(tg, async { Ok::<_, std::fmt::Error>(taipan::current().id()) });
            assert_eq!(named.name(), "fetch");
            assert!(format!("{named:?}").starts_with("Child { name: \"fetch\", "));
            let id = named.id();
            assert_eq!(named.await.unwrap(), id);
            let unnamed = tg.try_spawn(async {}).unwrap();
            assert_eq!(unnamed.name(), format!("task-{}", unnamed.id()));
        });
        result.await.unwrap();
    });
}

#[test]
fn every_way_to_spawn_gives_a_handle() {
    check(async || {
        let result = TaskGroup::new().limit(1).try_run(async |tg: &TaskGroup| {
            let queued = [tg.spawn(give(1)), tg.spawn(give(2))];
            let mut sum = tg.try_spawn(give(3)).unwrap().await?;
            sum += tg.spawn_when_free(give(4)).await?.await?;
            sum += tg.background(give(5)).await?;
            for child in queued {
                sum += child.await?;
            }
            taipan::ok(sum)
        });
        assert_eq!(result.await.unwrap(), 15);
    });
}

// A child in the queue: it never starts, gives its place up, and holds the group open no more.
#[test]
fn a_queued_child_is_cancelled() {
    check(async || {
        let (polls, drops) = (Counter::new(), Counter::new());
        let result = TaskGroup::new().limit(1).run(async |tg: &TaskGroup| {
            let gate = Gate::new();
            let pass = gate.clone();
            tg.spawn(async move { pass.pass().await });
            let gone = tg.spawn(counted(async {}, &polls, &drops));
            let next = tg.spawn(give(1));
            assert!(!gone.is_finished());
            assert!(gone.cancel());
            assert_eq!((polls.get(), drops.get()), (0, 1));
            assert!(gone.is_finished() && !gone.cancel());
            let error = gone.await.unwrap_err();
            assert!(error.is_cancelled() && error.reason().is_some());
            gate.open();
            next.await.unwrap()
        });
        assert_eq!(result.await.unwrap(), 1);

        // The last one that the group waits for.
        let handle = Arc::new(Mutex::new(None));
        let ended = Gate::new();
        let (theirs, end) = (Arc::clone(&handle), ended.clone());
        let canceller = spawn(async move {
            end.pass().await;
            let child: Child<()> = theirs.lock().unwrap().take().unwrap();
            assert!(child.cancel());
            assert!(child.await.unwrap_err().is_cancelled());
        });
        let result = TaskGroup::new().limit(1).run(async |tg: &TaskGroup| {
            let only = tg.spawn_when_free(pending::<()>()).await.unwrap();
            *handle.lock().unwrap() = Some(tg.spawn(async {}));
            // The queued one goes first, then the one that runs; the body has ended by then.
            tg.background(async move {
                ended.open();
                canceller.await.unwrap();
                only.cancel();
                pending::<()>().await;
            });
        });
        result.await.unwrap();
    });
}

// The group may be dropped, and the handle tells of it.
#[test]
fn a_handle_outlives_a_group_that_is_dropped() {
    check(async || {
        let exits = Exits::new();
        let handle = Mutex::new(None);
        let result = timeout(Duration::from_secs(60), async {
            let begun = Gate::new();
            let group = task_group(async |tg: &TaskGroup| {
                let ready = begun.clone();
                *handle.lock().unwrap() = Some(tg.spawn(exits.clone().hold("child", async move {
                    ready.open();
                    pending::<()>().await;
                })));
                pending::<()>().await;
            });
            race!(async { drop(group.await) }, begun.pass()).await;
        });
        result.await.unwrap();
        assert_eq!(exits.all(), 1);
        let child = handle.into_inner().unwrap().unwrap();
        assert!(child.is_finished());
        assert!(child.await.unwrap_err().is_cancelled());
    });
}

// I216: a value lives as long as its handle, and not at all without one.
#[test]
fn a_value_is_kept_for_its_handle_only() {
    check(async || {
        let drops = Counter::new();
        let value = || {
            let drops = drops.clone();
            give(on_drop(move || drops.add()))
        };
        let (group, kept) = task_group(async |tg: &TaskGroup| {
            tg.spawn(value());
            drop(tg.spawn(value()));
            (tg.clone(), [tg.spawn(value()), tg.spawn(value())])
        })
        .await
        .unwrap();
        assert_eq!(drops.get(), 2, "nobody asks for these");
        assert_eq!(group.running(), 0);
        let [first, second] = kept;
        drop(first);
        assert_eq!(drops.get(), 3);
        let second = second.await.unwrap();
        drop(group);
        assert_eq!(drops.get(), 3);
        drop(second);
        assert_eq!(drops.get(), 4);
    });
}

// A value that nobody asks for is dropped as a part of the child.
#[test]
fn a_value_that_panics_when_it_is_dropped_is_a_panic_of_the_child() {
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            tg.spawn(async { taipan::ok(on_drop(|| panic!("on purpose"))) });
        });
        let panic = AssertUnwindSafe(result).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
        assert_eq!(tasks().len(), 1);
    });
}

#[taipan::test]
#[should_panic(expected = "has been taken already")]
async fn an_end_is_given_once() {
    let group = task_group(async |tg: &TaskGroup| {
        let mut child = tg.spawn(give(1));
        (&mut child).await.unwrap();
        child.await.unwrap();
    });
    group.await.unwrap();
}

#[taipan::test]
#[should_panic(expected = "child `selfish` awaits itself, and would wait for ever")]
async fn a_child_that_awaits_itself_panics() {
    let group = task_group(async |tg: &TaskGroup| {
        let (handle, gate) = (Arc::new(Mutex::new(None)), Gate::new());
        let (own, pass) = (Arc::clone(&handle), gate.clone());
        let child = Task::builder().name("selfish").spawn_in(tg, async move {
            pass.pass().await;
            let own: Option<Child<()>> = own.lock().unwrap().take();
            own.unwrap().await.unwrap();
        });
        *handle.lock().unwrap() = Some(child);
        gate.open();
    });
    group.await.unwrap();
}

struct FailsToClose;

impl taipan::Resource for FailsToClose {
    type Exit = Result<(), std::io::Error>;

    async fn exit(self, _: taipan::Outcome) -> Self::Exit {
        yield_now().await;
        Err(std::io::Error::other("not flushed"))
    }
}

// I209: a resource of the body that cannot be closed, while a child fails: both are told.
#[test]
fn an_exit_of_the_body_that_fails_beside_a_child() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&log);
    let hook = move |report: &taipan::Report| {
        reports.lock().unwrap().push((report.kind(), report.message().to_owned()));
    };
    Runtime::builder().threads(1).error_hook(hook).build().run(async {
        // The body is cancelled by the child's failure: its exit has nobody to tell but the hook.
        let result = try_task_group(async |tg: &TaskGroup| {
            let body = with(FailsToClose, async |_| {
                tg.spawn(fail());
                pending::<()>().await;
            });
            body.await?;
            taipan::ok(())
        });
        assert_eq!(result.await.unwrap_err().to_string(), "the task group failed: no route");
        let told = std::mem::take(&mut *log.lock().unwrap());
        assert_eq!(told, [(ReportKind::Exit, "not flushed".to_owned())]);

        // The child fails while the exit runs: both errors are the group's.
        let result = TaskGroup::new().supervisor().try_run(async |tg: &TaskGroup| {
            let failed = with(FailsToClose, async |_| tg.spawn(fail())).await;
            failed?;
            taipan::ok(())
        });
        let error = result.await.unwrap_err();
        let mut errors: Vec<_> = error.iter().map(ToString::to_string).collect();
        errors.sort_unstable();
        assert_eq!(errors, ["no route", "not flushed"]);
        assert!(log.lock().unwrap().is_empty());
        assert_eq!(tasks().len(), 1);
    });
}

// I214: one that comes in the same turn as a failure ends at its first await.
#[taipan::test]
async fn a_child_that_comes_together_with_a_failure() {
    let steps = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&steps);
    let result = task_group(async |tg: &TaskGroup| {
        let own = tg.clone();
        let child = tg.spawn(async move {
            own.spawn(async move {
                log.lock().unwrap().push("begun");
                yield_now().await;
                log.lock().unwrap().push("resumed");
            });
            fail().await
        });
        child.await
    });
    assert_eq!(result.await.unwrap_err().len(), 1);
    assert!(!steps.lock().unwrap().contains(&"resumed"));
}

// A cancel races with the end, and with the beginning of a child that was queued.
#[test]
fn a_cancel_races_with_beginning_and_end() {
    const CHILDREN: usize = 4_000;
    let (values, cancelled, ran) = bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let ran = Counter::new();
            let result = TaskGroup::new().limit(3).run(async |tg: &TaskGroup| {
                let children = (0..CHILDREN).map(|n| {
                    let ran = ran.clone();
                    let child = tg.spawn(async move {
                        ran.add();
                        for _ in 0..n % 3 {
                            yield_now().await;
                        }
                        taipan::ok(n)
                    });
                    spawn(async move {
                        for _ in 0..n % 5 {
                            yield_now().await;
                        }
                        let asked = child.cancel();
                        match child.await {
                            Ok(value) => {
                                assert_eq!(value, n);
                                true
                            }
                            Err(error) => {
                                assert!(asked && error.is_cancelled(), "{error}");
                                assert!(error.reason().unwrap().location().is_some());
                                false
                            }
                        }
                    })
                });
                let ends = gather!(..children).await;
                ends.into_iter().filter(|end| *end.as_ref().unwrap()).count()
            });
            let values = result.await.unwrap();
            assert_eq!(tasks().len(), 1);
            (values, CHILDREN - values, ran.get())
        })
    });
    assert_eq!(values + cancelled, CHILDREN);
    assert!(ran >= values);
}

#[test]
fn ten_thousand_handles_on_four_threads() {
    const CHILDREN: usize = 10_000;
    let (sum, all) = bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let result = task_group(async |tg: &TaskGroup| {
                let handles: Vec<_> = (0..CHILDREN)
                    .map(|n| {
                        tg.spawn(async move {
                            for _ in 0..n % 3 {
                                yield_now().await;
                            }
                            taipan::ok(n)
                        })
                    })
                    .collect();
                let mut ends = taipan::as_completed(handles);
                let (mut sum, mut all) = (0, 0);
                while let Some(end) = ends.next().await {
                    sum += end.unwrap();
                    all += 1;
                }
                (sum, all)
            });
            result.await.unwrap()
        })
    });
    assert_eq!((sum, all), (CHILDREN * (CHILDREN - 1) / 2, CHILDREN));
}
