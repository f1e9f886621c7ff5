//! What becomes of a task's result: read, unread, detached; and who is told of an error.
#![forbid(unsafe_code)]

use std::panic::{Location, resume_unwind};
use std::sync::{Arc, Mutex};

use taipan::task::TaskState;
use taipan::{ReportKind, Runtime, Task, spawn, spawn_local, tasks, yield_now};
use taipan_tests::{Counter, Gate, OnDrop, bounded, on_drop};

/// The reports of one run.
#[derive(Clone, Default)]
struct Reports(Arc<Mutex<Vec<Told>>>);

#[derive(Clone, Debug, PartialEq)]
struct Told {
    kind: ReportKind,
    task: String,
    line: u32,
    message: String,
}

impl Reports {
    fn get(&self) -> Vec<Told> {
        self.0.lock().unwrap().clone()
    }

    /// The messages told so far.
    fn messages(&self) -> Vec<String> {
        self.get().into_iter().map(|told| told.message).collect()
    }
}

/// Runs `main` on `threads` threads with a hook that keeps the reports; gives them at the end.
fn on<F: Future>(threads: usize, main: impl FnOnce(Reports) -> F + Send + 'static) -> Vec<Told> {
    bounded(move || {
        let reports = Reports::default();
        let told = reports.clone();
        let hook = move |report: &taipan::Report| {
            told.0.lock().unwrap().push(Told {
                kind: report.kind(),
                task: report.task_name().unwrap_or_default(),
                line: report.location().map_or(0, Location::line),
                message: report.message().to_owned(),
            });
        };
        let runtime = Runtime::builder().threads(threads).error_hook(hook).build();
        runtime.run(main(reports.clone()));
        reports.get()
    })
}

/// Waits until only main is alive.
async fn alone() {
    while tasks().len() > 1 {
        yield_now().await;
    }
}

/// Waits until the body of `task` has ended, without reading its result.
async fn ended<T>(task: &Task<T>) {
    while !task.is_finished() {
        yield_now().await;
    }
}

async fn panics(words: &'static str) {
    resume_unwind(Box::new(words));
}

/// Panics when it is dropped.
fn bomb() -> OnDrop<impl FnOnce() + Send> {
    on_drop(|| resume_unwind(Box::new("bomb")))
}

// B37
#[test]
fn a_panic_is_given_to_who_awaits() {
    for threads in [1, 4] {
        let told = on(threads, |_| async {
            for local in [false, true] {
                let builder = Task::builder().name("fetch");
                let body = panics("no route");
                let task = if local { builder.spawn_local(body) } else { builder.spawn(body) };
                let error = task.await.unwrap_err();
                assert!(error.is_panic() && !error.is_cancelled() && error.reason().is_none());
                assert_eq!(error.task_name(), "fetch");
                assert!(error.to_string().starts_with("task `fetch` (spawned at "));
                assert!(error.to_string().ends_with("panicked: no route"));
                assert_eq!(error.into_panic().unwrap().downcast_ref(), Some(&"no route"));
            }
        });
        assert_eq!(told, []); // B41
    }
}

// B40
#[test]
fn a_panic_without_a_handle_is_reported_once_when_it_happens() {
    for threads in [1, 4] {
        for local in [false, true] {
            on(threads, move |reports| async move {
                let gate = Gate::new();
                let body = {
                    let gate = gate.clone();
                    async move {
                        gate.pass().await;
                        panics("no route").await;
                    }
                };
                let builder = Task::builder().name("fetch");
                let line = Location::caller().line() + 1;
                drop(if local { builder.spawn_local(body) } else { builder.spawn(body) });
                yield_now().await;
                assert_eq!(reports.get(), []);
                gate.open();
                alone().await;
                let told = Told {
                    kind: ReportKind::Panic,
                    task: "fetch".to_owned(),
                    line,
                    message: "no route".to_owned(),
                };
                assert_eq!(reports.get(), [told]);
            });
        }
    }
}

// B40
#[test]
fn a_panic_whose_handle_lives_is_reported_when_the_handle_goes_unread() {
    for local in [false, true] {
        on(1, move |reports| async move {
            let task = if local { spawn_local(panics("p")) } else { spawn(panics("p")) };
            ended(&task).await;
            assert_eq!(reports.get(), []); // it may still be read
            drop(task);
            assert_eq!(reports.messages(), ["p"]);
        });
    }
}

// B41
#[test]
fn a_panic_that_was_read_by_reference_is_no_report() {
    let told = on(1, |_| async {
        let mut task = spawn(panics("p"));
        let error = (&mut task).await.unwrap_err();
        drop(task);
        drop(error);
    });
    assert_eq!(told, []);
}

// B42
#[test]
fn a_value_that_nobody_reads_is_no_report() {
    for threads in [1, 4] {
        let told = on(threads, |_| async {
            drop(spawn(async { 1 }));
            drop(spawn(async { Err::<(), _>("an error is a value where nobody detaches") }));
            let task = spawn(async { 2 });
            ended(&task).await;
            drop(task);
            alone().await;
        });
        assert_eq!(told, []);
    }
}

// B43
#[test]
fn a_cancel_after_the_panic_is_its_reader() {
    for local in [false, true] {
        let told = on(1, move |_| async move {
            let spawned =
                |words| if local { spawn_local(panics(words)) } else { spawn(panics(words)) };
            let dropped = spawned("dropped");
            ended(&dropped).await;
            assert!(!dropped.cancel());
            drop(dropped);

            let detached = spawned("detached");
            ended(&detached).await;
            assert!(!detached.cancel());
            detached.detach();

            let result = spawn(async {
                panics("of a result").await;
                Ok::<(), String>(())
            });
            ended(&result).await;
            assert!(!result.cancel());
            result.detach();
        });
        assert_eq!(told, []);
    }
}

// B43: on another thread the panic may be an instant away from being kept.
#[test]
fn a_cancel_right_after_the_panic_is_its_reader() {
    let told = on(2, |_| async {
        for _ in 0..3000 {
            let task = spawn(panics("late"));
            while task.info().state() != TaskState::Finished {
                std::hint::spin_loop(); // the other worker runs it
            }
            assert!(!task.cancel());
            drop(task);
        }
    });
    assert_eq!(told, []);
}

// A cancel before the panic is a request, and no reader: what the destructors do is told.
#[test]
fn a_panic_after_a_cancel_is_reported() {
    let told = on(1, |_| async {
        let task = spawn(async {
            let _bomb = bomb();
            std::future::pending::<()>().await;
        });
        yield_now().await;
        assert!(task.cancel());
        drop(task);
        alone().await;
    });
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].kind, &*told[0].message), (ReportKind::Panic, "bomb"));
}

#[test]
fn stop_reports_a_panic() {
    let told = on(1, |_| async {
        let task = spawn(panics("p"));
        ended(&task).await;
        assert_eq!(task.stop().await, None);
    });
    assert_eq!(told.len(), 1);
}

// A destructor's panic ends neither the worker nor the process.
#[test]
fn a_lost_value_whose_destructor_panics_is_reported() {
    for threads in [1, 4] {
        for local in [false, true] {
            let told = on(threads, move |_| async move {
                let gate = Gate::new();
                let body = {
                    let gate = gate.clone();
                    async move {
                        gate.pass().await;
                        bomb()
                    }
                };
                drop(if local { spawn_local(body) } else { spawn(body) });
                gate.open();
                alone().await;
                assert_eq!(spawn(async { 1 }).await.unwrap(), 1); // the worker is alive
            });
            assert_eq!(told.len(), 1);
            assert_eq!((told[0].kind, &*told[0].message), (ReportKind::Panic, "bomb"));
        }
    }
}

// The handle goes while the other worker hands the value over: whoever drops it, once, nobody aborts.
#[test]
fn a_value_whose_destructor_panics_may_be_lost_in_a_race() {
    let drops = Counter::new();
    let count = drops.clone();
    on(2, move |_| async move {
        for _ in 0..3000 {
            let count = count.clone();
            let task = spawn(async move {
                on_drop(move || {
                    count.add();
                    resume_unwind(Box::new("bomb"));
                })
            });
            while task.info().state() != TaskState::Finished {
                std::hint::spin_loop();
            }
            // Dropped by us it is our panic, as with any value.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(task)));
        }
        alone().await;
    });
    assert_eq!(drops.get(), 3000);
}

// The same where the code that awaits the task is cancelled after the body's end.
#[test]
fn the_value_of_an_abandoned_task_may_have_a_destructor_that_panics() {
    for threads in [1, 4] {
        for local in [false, true] {
            let told = on(threads, move |_| async move {
                let (gate, begun, abandoned, awaits) =
                    (Gate::new(), Gate::new(), Gate::new(), Gate::new());
                let body = {
                    let (gate, begun, abandoned) = (gate.clone(), begun.clone(), abandoned.clone());
                    async move {
                        // The body ends; the task, only when what it abandoned has.
                        let entered = begun.clone();
                        let waits = async move {
                            entered.open();
                            std::future::pending::<()>().await;
                        };
                        let slow = spawn(taipan::finally(waits, async move |_| gate.pass().await));
                        begun.pass().await;
                        let mut awaiting = Box::pin(slow.into_future());
                        assert!(futures_lite::future::poll_once(&mut awaiting).await.is_none());
                        drop(awaiting);
                        abandoned.open();
                        bomb()
                    }
                };
                let task = if local { spawn_local(body) } else { spawn(body) };
                let owner = spawn_local({
                    let awaits = awaits.clone();
                    async move {
                        awaits.open();
                        drop(task.await);
                    }
                });
                awaits.pass().await;
                abandoned.pass().await;
                owner.cancel();
                yield_now().await;
                gate.open();
                // Told once: as the owner's panic, or to the hook.
                let _ = owner.await;
                alone().await;
                assert_eq!(spawn_local(async { 1 }).await.unwrap(), 1);
            });
            assert!(told.len() <= 1, "{told:?}");
        }
    }
}

// `detach`, of each kind, before and after the end.
#[test]
fn a_detached_task_reports_its_error_once() {
    for threads in [1, 4] {
        for local in [false, true] {
            for late in [false, true] {
                let told = on(threads, move |_| async move {
                    let fails = async { Err::<(), _>("no route") };
                    let builder = Task::builder().name("fetch");
                    let task =
                        if local { builder.spawn_local(fails) } else { builder.spawn(fails) };
                    if late {
                        ended(&task).await;
                    }
                    task.detach();
                    alone().await;
                });
                assert_eq!(told.len(), 1, "local: {local}, late: {late}");
                assert_eq!((told[0].kind, &*told[0].task), (ReportKind::Error, "fetch"));
                assert_eq!(told[0].message, "no route");
            }
        }
    }
}

#[test]
fn a_detached_task_reports_its_panic_once() {
    for late in [false, true] {
        let told = on(1, move |_| async move {
            let (unit, result) = (
                spawn(panics("of unit")),
                spawn(async {
                    panics("of a result").await;
                    Ok::<(), String>(())
                }),
            );
            if late {
                ended(&result).await;
            }
            unit.detach();
            result.detach();
            alone().await;
        });
        let messages: Vec<_> = told.iter().map(|told| &*told.message).collect();
        assert_eq!(messages, ["of unit", "of a result"], "late: {late}");
        assert!(told.iter().all(|told| told.kind == ReportKind::Panic));
    }
}

#[test]
fn a_detached_task_that_ends_well_or_is_cancelled_reports_nothing() {
    let told = on(1, |_| async {
        spawn(async {}).detach();
        spawn(async { Ok::<(), String>(()) }).detach();
        spawn(std::future::pending::<()>()).detach();
        spawn(std::future::pending::<Result<(), String>>()).detach();
        yield_now().await;
    });
    assert_eq!(told, []);
}

#[test]
fn each_detached_error_is_reported_exactly_once_in_a_race_with_the_end() {
    const TASKS: usize = 3000;
    let told = on(4, |_| async {
        for n in 0..TASKS {
            let task = spawn(async move { Err::<(), _>(n) });
            for _ in 0..n % 50 {
                std::hint::spin_loop();
            }
            task.detach();
        }
        alone().await;
    });
    let mut numbers: Vec<usize> = told.iter().map(|told| told.message.parse().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..TASKS).collect::<Vec<_>>());
}

// B35: told while the task stands by its name, before it leaves the list; the list shows it no more.
#[test]
fn a_report_is_told_inside_the_task() {
    bounded(|| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let hook = move |_: &taipan::Report| {
            let listed: Vec<_> = tasks().iter().map(taipan::TaskInfo::name).collect();
            let inside = taipan::try_current().map(|task| task.name());
            told.lock().unwrap().push((inside, listed));
        };
        let runtime = Runtime::builder().threads(1).error_hook(hook).build();
        runtime.run(async {
            Task::builder().name("error").spawn(async { Err::<(), _>("e") }).detach();
            Task::builder().name("panic").spawn(panics("p")).detach();
            Task::builder().name("local").spawn_local(panics("p")).detach();
            alone().await;
        });
        let mut seen = seen.lock().unwrap();
        seen.sort();
        let names: Vec<_> = seen.iter().map(|(name, _)| name.as_deref().unwrap_or("-")).collect();
        assert_eq!(names, ["error", "local", "panic"]);
        for (name, listed) in &*seen {
            assert!(!listed.contains(name.as_ref().unwrap()), "{name:?} in {listed:?}");
        }
    });
}

// AC513: a hook that panics ends nobody.
#[test]
fn a_hook_that_panics_ends_nobody() {
    bounded(|| {
        for threads in [1, 4] {
            let runtime = Runtime::builder().threads(threads).error_hook(|_| panic!("hook"));
            let value = runtime.build().run(async {
                spawn(panics("task")).detach();
                spawn_local(panics("local task")).detach();
                let others = [spawn(async { 1 }), spawn_local(async { 2 })];
                let mut sum = 0;
                for other in others {
                    sum += other.await.unwrap();
                }
                sum
            });
            assert_eq!(value, 3);
        }
    });
}
