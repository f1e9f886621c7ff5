//! Who a task is: its start, its name, its place in the list, and what its handle tells.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use taipan::task::{TaskKind, TaskState};
use taipan::{
    Handle, Runtime, Task, current, run, spawn, spawn_local, tasks, try_current, yield_now,
};
use taipan_tests::{Counter, Gate, bounded};

/// Runs `main` on `threads` threads, on a thread of its own that may take a minute.
fn on<T: Send + 'static, F: Future<Output = T>>(
    threads: usize,
    main: impl FnOnce() -> F + Send + 'static,
) -> T {
    bounded(move || Runtime::builder().threads(threads).build().run(main()))
}

fn message(payload: &(dyn std::any::Any + Send)) -> String {
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| {
        payload.downcast_ref::<&str>().map_or_else(String::new, ToString::to_string)
    })
}

// B23
#[test]
fn a_task_starts_by_itself_and_keeps_its_value_for_the_handle() {
    for threads in [1, 4] {
        on(threads, || async {
            let (begun, ended) = (Gate::new(), Gate::new());
            let task = spawn({
                let (begun, ended) = (begun.clone(), ended.clone());
                async move {
                    begun.open();
                    ended.pass().await;
                    42
                }
            });
            begun.pass().await; // nobody has awaited the task
            assert!(!task.is_finished());
            ended.open();
            while !task.is_finished() {
                yield_now().await;
            }
            assert_eq!(task.await.unwrap(), 42);
        });
    }
}

// B23
#[test]
fn a_spawn_runs_no_line_of_the_body() {
    on(1, || async {
        let polls = Counter::new();
        let task = spawn({
            let polls = polls.clone();
            async move { polls.add() }
        });
        assert_eq!(polls.get(), 0);
        task.await.unwrap();
        assert_eq!(polls.get(), 1);
    });
}

// B24
#[test]
fn ids_grow_and_make_the_default_names() {
    on(1, || async {
        let made: Vec<_> = (0..4).map(|_| spawn(async {})).collect();
        assert!(made.windows(2).all(|pair| pair[0].id() < pair[1].id()));
        for task in made {
            assert_eq!(task.name(), format!("task-{}", task.id()));
            task.await.unwrap();
        }
        let named = Task::builder().name("fetch").spawn(async { current().name() });
        assert_eq!(named.name(), "fetch");
        assert_eq!(named.await.unwrap(), "fetch");
    });
}

// AA514
#[test]
fn a_task_knows_its_line_and_its_parent() {
    on(1, || async {
        let main = current().id();
        let here = Location::caller().line();
        let made = [
            (here + 2, spawn(async { current() })),
            (here + 3, spawn_local(async { current() })),
            (here + 4, Task::builder().spawn(async { current() })),
            (here + 5, Task::builder().spawn_local(async { current() })),
            (here + 6, Handle::current().spawn(async { current() }).unwrap()),
        ];
        for (line, task) in made {
            assert!(task.location().file().ends_with("task_basics.rs"));
            assert_eq!(task.location().line(), line);
            assert_eq!(task.parent(), Some(main));
            let seen = task.await.unwrap();
            assert_eq!((seen.location().line(), seen.parent()), (line, Some(main)));
        }
        let grandchild = spawn(async { (current().id(), spawn(async {}).parent()) });
        let (child, parent) = grandchild.await.unwrap();
        assert_eq!(parent, Some(child));
    });
}

#[test]
fn what_a_foreign_thread_spawns_has_no_parent() {
    on(1, || async {
        let handle = Handle::current();
        let task =
            thread::spawn(move || handle.spawn(async { current() }).unwrap()).join().unwrap();
        assert_eq!(task.parent(), None);
        let seen = task.await.unwrap();
        assert_eq!((seen.parent(), seen.kind()), (None, TaskKind::Task));
    });
}

// B27, C50
#[test]
fn the_debug_form_shows_name_state_and_line() {
    on(1, || async {
        let mut task = Task::builder().name("fetch").spawn(pending::<()>());
        let place = format!("location: {}", task.location());
        let shown = |task: &Task<()>, state: &str| {
            let shown = format!("{task:?}");
            assert!(shown.contains(r#"name: "fetch""#), "{shown}");
            assert!(shown.contains(&format!("state: {state}")), "{shown}");
            assert!(shown.contains(&place), "{shown}");
        };
        shown(&task, "Pending");
        task.cancel();
        shown(&task, "Cancelling");
        (&mut task).await.unwrap_err();
        shown(&task, "Finished");
        assert_eq!(task.info().state(), TaskState::Finished);
    });
}

// B29: not a hang. It is a programmer's error, so a panic, and of that task alone.
#[test]
fn a_task_that_awaits_itself_panics() {
    type Slot = Arc<Mutex<Option<Task<()>>>>;
    type Awaits = fn(Task<()>) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
    let ways: [(&str, Awaits); 3] = [
        ("by value", |own| Box::pin(async move { drop(own.await) })),
        ("by reference", |mut own| Box::pin(async move { drop((&mut own).await) })),
        ("stop", |own| {
            Box::pin(async move {
                let _ = own.stop().await;
            })
        }),
    ];
    for (way, awaits) in ways {
        for local in [false, true] {
            on(1, move || async move {
                let (slot, gate, told) = (Slot::default(), Gate::new(), Gate::new());
                let words = Arc::new(Mutex::new(String::new()));
                let body = {
                    let (slot, gate) = (Arc::clone(&slot), gate.clone());
                    let (told, words) = (told.clone(), Arc::clone(&words));
                    async move {
                        gate.pass().await;
                        let own = slot.lock().unwrap().take().unwrap();
                        let mut awaiting = awaits(own);
                        let caught = std::future::poll_fn(|cx| {
                            let poll = || awaiting.as_mut().poll(cx);
                            std::task::Poll::Ready(catch_unwind(AssertUnwindSafe(poll)))
                        });
                        *words.lock().unwrap() = message(&*caught.await.unwrap_err());
                        told.open();
                    }
                };
                let task = if local { spawn_local(body) } else { spawn(body) };
                let name = task.name();
                *slot.lock().unwrap() = Some(task);
                gate.open();
                told.pass().await;
                let words = words.lock().unwrap().clone();
                assert_eq!(
                    words,
                    format!("task `{name}` awaits itself, and would wait for ever"),
                    "{way}"
                );
                while tasks().len() > 1 {
                    yield_now().await; // and it ends
                }
            });
        }
    }
}

// B29: the task ends by the panic, though its owned handle goes with its body.
#[test]
fn the_panic_of_a_task_that_awaits_itself_ends_it() {
    for local in [false, true] {
        let reports = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&reports);
        bounded(move || {
            let runtime = Runtime::builder()
                .threads(1)
                .error_hook(move |report| told.lock().unwrap().push(report.message().to_owned()))
                .build();
            runtime.run(async {
                let slot = Arc::new(Mutex::new(None::<Task<()>>));
                let body = {
                    let slot = Arc::clone(&slot);
                    async move {
                        let own = slot.lock().unwrap().take().unwrap();
                        own.await.unwrap();
                    }
                };
                let task = if local { spawn_local(body) } else { spawn(body) };
                *slot.lock().unwrap() = Some(task);
                while tasks().len() > 1 {
                    yield_now().await;
                }
            });
        });
        let reports = reports.lock().unwrap();
        assert_eq!(reports.len(), 1);
        assert!(reports[0].ends_with("awaits itself, and would wait for ever"));
    }
}

// B30: taipan's handles work everywhere.
#[test]
fn a_task_is_awaited_from_another_runtime_and_from_a_plain_thread() {
    bounded(|| {
        let (handles, taken) = mpsc::channel();
        let gate = Gate::new();
        let (answered, done) = mpsc::channel();
        let home = thread::spawn({
            let gate = gate.clone();
            move || {
                Runtime::builder().threads(2).build().run(async move {
                    for n in 0..2 {
                        let gate = gate.clone();
                        let task = spawn(async move {
                            gate.pass().await;
                            n
                        });
                        handles.send(task).unwrap();
                    }
                    taipan::to_thread(move || done.recv().unwrap()).await;
                });
            }
        });
        let (first, second) = (taken.recv().unwrap(), taken.recv().unwrap());
        let opener = thread::spawn(move || gate.open());
        assert_eq!(run(async { first.await.unwrap() }), 0);
        assert_eq!(futures_lite::future::block_on(second.into_future()).unwrap(), 1);
        opener.join().unwrap();
        answered.send(()).unwrap();
        home.join().unwrap();
    });
}

// B30
#[test]
fn a_handle_that_outlives_its_run_tells_that_the_task_was_cancelled() {
    bounded(|| {
        for threads in [1, 4] {
            let runtime = Runtime::builder().threads(threads).build();
            let task = runtime.run(async { spawn(pending::<()>()) });
            assert!(task.is_finished());
            assert!(!task.cancel());
            let error = run(async { task.await.unwrap_err() });
            assert_eq!(error.reason().unwrap().message(), Some("main has ended"));
        }
    });
}

// B33
#[test]
fn the_current_task_is_known_at_every_step() {
    for threads in [1, 4] {
        on(threads, || async {
            let main = current().id();
            let made: Vec<_> = (0..8)
                .map(|n| {
                    Task::builder().name(format!("walker-{n}")).spawn(async move {
                        let id = current().id();
                        for _ in 0..50 {
                            yield_now().await;
                            assert_eq!(current().id(), id);
                            assert_eq!(try_current().unwrap().name(), format!("walker-{n}"));
                        }
                        id
                    })
                })
                .collect();
            for task in made {
                let id = task.id();
                assert_eq!(task.await.unwrap(), id);
                assert_eq!((current().id(), current().kind()), (main, TaskKind::Main));
            }
        });
    }
}

// B33: a future is its poller's, whoever made it.
#[test]
fn a_future_that_moves_runs_under_the_name_of_who_polls_it() {
    on(1, || async {
        let mut future = Box::pin(async {
            let first = current().name();
            yield_now().await;
            (first, current().name())
        });
        assert!(futures_lite::future::poll_once(&mut future).await.is_none());
        let task = Task::builder().name("heir").spawn(future);
        assert_eq!(task.await.unwrap(), ("main".to_owned(), "heir".to_owned()));
    });
}

// B33: destructors run under the task's name as well.
#[test]
fn the_current_task_is_known_in_destructors() {
    struct Names(Arc<Mutex<Vec<String>>>);
    impl Drop for Names {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(current().name());
        }
    }
    on(1, || async {
        let names = Arc::new(Mutex::new(Vec::new()));
        for cancelled in [false, true] {
            let held = Names(Arc::clone(&names));
            let task = Task::builder().name("holder").spawn(async move {
                let _held = held;
                yield_now().await;
            });
            if cancelled {
                task.cancel();
            }
            assert_eq!(task.await.is_err(), cancelled);
        }
        assert_eq!(*names.lock().unwrap(), ["holder", "holder"]);
    });
}

// B33, B34, AA524
#[test]
fn outside_every_task_there_is_no_current_one() {
    let said = |f: fn()| message(&*catch_unwind(f).unwrap_err());
    assert!(try_current().is_none());
    assert!(said(|| drop(current())).starts_with("no task runs here: call `current` inside"));
    assert!(said(|| drop(tasks())).starts_with("no runtime here: call `tasks` inside"));
    assert!(
        said(|| drop(Handle::current())).starts_with("no runtime here: call `Handle::current`")
    );
    assert!(said(|| drop(spawn(async {}))).starts_with("no runtime here: call `spawn` inside"));
    assert!(
        said(|| drop(spawn_local(async {}))).starts_with("no runtime here: call `spawn_local`")
    );
    on(1, || async {
        assert!(thread::spawn(try_current).join().unwrap().is_none());
    });
    assert!(try_current().is_none());
}

// B35
#[test]
fn the_list_has_the_live_tasks_in_the_order_of_their_creation() {
    on(1, || async {
        let names = || tasks().iter().map(taipan::TaskInfo::name).collect::<Vec<_>>();
        assert_eq!(names(), ["main"]);
        let gate = Gate::new();
        let waits = |name: &str| {
            let gate = gate.clone();
            Task::builder().name(name).spawn(async move { gate.pass().await })
        };
        let (a, b) = (waits("a"), waits("b"));
        let c = Task::builder().name("c").spawn_local(pending::<()>());
        assert_eq!(names(), ["main", "a", "b", "c"]);
        drop(b); // it runs on
        yield_now().await;
        assert_eq!(names(), ["main", "a", "b", "c"]);
        c.cancel();
        assert_eq!(tasks()[3].state(), TaskState::Cancelling);
        c.await.unwrap_err();
        assert_eq!(names(), ["main", "a", "b"]);
        gate.open();
        a.await.unwrap();
        yield_now().await;
        assert_eq!(names(), ["main"]);
    });
}

// B35
#[test]
fn the_list_has_the_tasks_of_this_run_only() {
    bounded(|| {
        let (ready, is_ready) = mpsc::channel();
        let (done, is_done) = mpsc::channel();
        let other = thread::spawn(move || {
            Runtime::builder().threads(1).build().run(async move {
                let _held = spawn(pending::<()>());
                ready.send(()).unwrap();
                is_done.recv().unwrap();
                tasks().len()
            })
        });
        is_ready.recv().unwrap();
        run(async { assert_eq!(tasks().len(), 1) });
        done.send(()).unwrap();
        assert_eq!(other.join().unwrap(), 2);
        run(async { assert_eq!(tasks().len(), 1) }); // nothing of an earlier run
    });
}

// B35
#[test]
fn the_list_never_has_an_ended_task_while_others_spawn() {
    on(4, || async {
        let spawners: Vec<_> = (0..3)
            .map(|_| {
                spawn(async {
                    for _ in 0..2000 {
                        let task = spawn(async {});
                        let id = task.id();
                        task.await.unwrap();
                        assert!(tasks().iter().all(|task| task.id() != id));
                    }
                })
            })
            .collect();
        while !spawners.iter().all(Task::is_finished) {
            for task in tasks() {
                assert_ne!(task.state(), TaskState::Finished, "{task}");
            }
            yield_now().await;
        }
        for spawner in spawners {
            spawner.await.unwrap();
        }
    });
}

// B39: one documented thing, and never luck: it runs on.
#[test]
fn a_task_without_a_handle_runs_on() {
    for threads in [1, 4] {
        on(threads, || async {
            let (gate, done) = (Gate::new(), Gate::new());
            drop(spawn({
                let (gate, done) = (gate.clone(), done.clone());
                async move {
                    gate.pass().await;
                    done.open();
                }
            }));
            yield_now().await;
            gate.open();
            done.pass().await;
        });
    }
}

// B47: a future is moved, so that nobody awaits it twice; a result is given once.
#[test]
fn a_result_that_was_taken_is_not_given_again() {
    on(1, || async {
        let mut task = Task::builder().name("once").spawn(async { 1 });
        assert_eq!((&mut task).await.unwrap(), 1);
        let again = spawn(async move { (&mut task).await }).await.unwrap_err();
        let words = message(&*again.into_panic().unwrap());
        assert_eq!(words, "the result of task `once` has been taken already");
    });
}
