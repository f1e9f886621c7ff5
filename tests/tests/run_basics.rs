//! `run` and `Runtime`: what goes in, what comes out, and what is over by then.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::process::Command;
use std::rc::Rc;
use std::sync::{Arc, Barrier, Mutex, Once, mpsc};
use std::task::Poll;
use std::thread;

use futures_lite::future::block_on;
use taipan::{Handle, Runtime, sleep, spawn, yield_now};
use taipan_tests::{Counter, Gate, Log, bounded, counted, on_drop, with_exit};

fn message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).expect("a panic with a message")
}

/// What `f` panics with.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => panic!("it did not panic"),
        Err(payload) => message(&*payload),
    }
}

// A1
#[test]
fn run_gives_mains_value() {
    assert_eq!(taipan::run(async { 42 }), 42);
    let text = String::from("borrowed");
    assert_eq!(taipan::run(async { &text }), "borrowed");
}

// A1: main stays on the calling thread, so it needs to be neither `Send` nor `'static`.
#[test]
fn main_may_hold_what_is_not_send() {
    let shared = Rc::new(thread::current().id());
    let seen = taipan::run(async {
        let shared = Rc::clone(&shared);
        yield_now().await;
        (*shared, thread::current().id())
    });
    assert_eq!(seen.0, seen.1);
    assert_eq!(Rc::strong_count(&shared), 1);
}

// A10, A13: nothing is to be closed, and each run is a runtime of its own.
#[test]
fn a_runtime_runs_one_main_after_another() {
    bounded(|| {
        let runtime = Runtime::builder().threads(2).build();
        let mut handles = Vec::new();
        for n in 0..20 {
            let (value, handle) = runtime.run(async move {
                (spawn(async move { n * 2 }).await.unwrap(), Handle::current())
            });
            assert_eq!(value, n * 2);
            handles.push(handle);
        }
        assert!(handles.iter().all(Handle::is_closed));
    });
}

// A10: a panic of one main does not reach the next.
#[test]
fn a_runtime_runs_again_after_a_panic() {
    bounded(|| {
        let runtime = Runtime::builder().threads(2).build();
        assert_eq!(panic_of(|| runtime.run(async { panic!("first") })), "first");
        assert_eq!(runtime.run(async { spawn(async { 2 }).await.unwrap() }), 2);
    });
}

/// Where the panics about nested runs were raised, by the thread's name.
fn nested_panics() -> &'static Mutex<Vec<(String, u32)>> {
    static PANICS: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = info.payload().downcast_ref::<String>();
            if text.is_some_and(|text| text.starts_with("`run` was called at")) {
                let location = info.location().expect("a panic has a place");
                PANICS.lock().unwrap().push((location.file().to_owned(), location.line()));
            } else {
                before(info);
            }
        }));
    });
    &PANICS
}

// A4, A5, A12, A22
#[test]
fn run_inside_run_panics_at_the_users_line_and_does_not_start_the_future() {
    let panics = nested_panics();
    let (polls, drops) = (Counter::new(), Counter::new());
    let here = Location::caller().file();
    let after = taipan::run(async {
        let line = line!() + 1;
        let text = panic_of(|| taipan::run(counted(async {}, &polls, &drops)));
        assert!(text.starts_with(&format!("`run` was called at {here}:{line}:")), "{text}");
        assert!(text.contains("in async code write `.await`"), "{text}");
        assert!(text.contains("spawn the future"), "{text}");
        assert!(text.contains("`to_thread(..)`"), "{text}");
        assert!(panics.lock().unwrap().contains(&(here.to_owned(), line)));
        assert_eq!((polls.get(), drops.get()), (0, 1));

        let line = line!() + 1;
        let text = panic_of(|| Runtime::builder().build().run(counted(async {}, &polls, &drops)));
        assert!(text.contains(&format!("{here}:{line}:")), "{text}");
        assert!(panics.lock().unwrap().contains(&(here.to_owned(), line)));
        assert_eq!((polls.get(), drops.get()), (0, 2));
        // The outer run is as it was.
        spawn(async { "goes on" }).await.unwrap()
    });
    assert_eq!(after, "goes on");
}

// A22: on a worker as well; there the panic is the task's.
#[test]
fn run_inside_a_task_panics_in_that_task() {
    nested_panics();
    bounded(|| {
        taipan::run(async {
            let error = spawn(async { taipan::run(async {}) }).await.unwrap_err();
            assert!(error.to_string().contains("`run` was called at"), "{error}");
        });
    });
}

// What the message says helps: a thread of its own may run a runtime of its own.
#[test]
fn run_inside_to_thread_is_a_run_of_its_own() {
    bounded(|| {
        let value = taipan::run(async {
            let outer = taipan::current().id();
            let inner = taipan::to_thread(move || {
                taipan::run(async { (taipan::current().id(), taipan::tasks().len()) })
            });
            let (id, tasks) = inner.await;
            assert_ne!(id, outer);
            tasks
        });
        assert_eq!(value, 1);
    });
}

// Two runtimes side by side see only their own tasks, and await each other's.
#[test]
fn runs_on_two_threads_do_not_mix() {
    bounded(|| {
        let (give, take) = mpsc::channel();
        let gate = Gate::new();
        let other = thread::spawn({
            let gate = gate.clone();
            move || {
                Runtime::builder().threads(1).build().run(async move {
                    let task = taipan::Task::builder().name("theirs").spawn(async { 7 });
                    give.send(task).unwrap();
                    gate.pass().await;
                });
            }
        });
        taipan::run(async move {
            let task = take.recv().unwrap();
            assert!(taipan::tasks().iter().all(|task| task.name() == "main"));
            assert_eq!(task.await.unwrap(), 7);
            gate.open();
        });
        other.join().unwrap();
    });
}

#[test]
fn leftover_tasks_are_cancelled_and_their_exits_awaited() {
    bounded(|| {
        let log = Log::new();
        let (ready, exits) = (Gate::new(), log.clone());
        let value = taipan::run(async move {
            let begun = ready.clone();
            let exit = exits.clone();
            drop(spawn(with_exit(move || begun.open(), move || exit.add("exit"))));
            ready.pass().await;
            exits.add("main");
            5
        });
        assert_eq!((log.get().as_str(), value), ("main exit", 5));
    });
}

// A task that is awaited by its owner ends before the owner does.
#[test]
fn a_cancelled_owner_awaits_the_exit_of_what_it_awaited() {
    bounded(|| {
        let log = Log::new();
        let exits = log.clone();
        taipan::run(async move {
            let ready = Gate::new();
            let (begun, exit) = (ready.clone(), exits.clone());
            let inner = spawn(with_exit(move || begun.open(), move || exit.add("exit")));
            let outer = spawn(async move { inner.await.unwrap() });
            ready.pass().await;
            assert!(outer.stop().await.is_none());
            exits.add("stopped");
        });
        assert_eq!(log.get(), "exit stopped");
    });
}

#[test]
fn every_leftover_task_is_dropped_once_before_run_returns() {
    bounded(|| {
        for threads in [1, 3] {
            let (polls, drops) = (Counter::new(), Counter::new());
            Runtime::builder().threads(threads).build().run({
                let (polls, drops) = (polls.clone(), drops.clone());
                async move {
                    for _ in 0..100 {
                        drop(spawn(counted(pending::<()>(), &polls, &drops)));
                        drop(taipan::spawn_local(counted(pending::<()>(), &polls, &drops)));
                    }
                    yield_now().await;
                }
            });
            assert_eq!(drops.get(), 200, "{threads} threads");
            assert!(polls.get() <= 200, "a leftover task is not polled again to be cancelled");
        }
    });
}

// A8: it does not matter that a leftover task fails meanwhile.
#[test]
fn a_leftover_task_that_panics_at_its_end_holds_up_no_other_exit() {
    bounded(|| {
        let log = Log::new();
        let reports = Log::new();
        let hook = reports.clone();
        let runtime = Runtime::builder()
            .threads(1)
            .error_hook(move |report| hook.add(format!("{:?}:{}", report.kind(), report.message())))
            .build();
        let exits = log.clone();
        runtime.run(async move {
            drop(spawn(async {
                let _guard = on_drop(|| panic!("in a destructor"));
                pending::<()>().await;
            }));
            let ready = Gate::new();
            let begun = ready.clone();
            drop(spawn(with_exit(move || begun.open(), move || exits.add("exit"))));
            ready.pass().await;
        });
        assert_eq!(log.get(), "exit");
        assert_eq!(reports.get(), "Panic:in a destructor");
    });
}

#[test]
fn mains_panic_comes_out_after_everything_has_ended() {
    bounded(|| {
        let log = Log::new();
        let exits = log.clone();
        let main = async move {
            let ready = Gate::new();
            let (begun, exit) = (ready.clone(), exits.clone());
            drop(spawn(with_exit(move || begun.open(), move || exit.add("exit"))));
            ready.pass().await;
            let _main = on_drop(move || exits.add("main"));
            panic!("main fell");
        };
        assert_eq!(panic_of(|| taipan::run(main)), "main fell");
        assert_eq!(log.get(), "main exit");
    });
}

// A20: what was posted just before is not run any more, and not leaked either; main's panic comes out.
#[test]
fn what_was_spawned_just_before_main_panicked_is_dropped_unpolled() {
    bounded(|| {
        let (polls, drops) = (Counter::new(), Counter::new());
        let main = {
            let (polls, drops) = (polls.clone(), drops.clone());
            async move {
                let handle = Handle::current();
                let posted = counted(pending::<()>(), &polls, &drops);
                let poster = thread::spawn(move || drop(handle.spawn(posted).unwrap()));
                poster.join().unwrap();
                panic!("main fell")
            }
        };
        let runtime = Runtime::builder().threads(1).build();
        assert_eq!(panic_of(|| runtime.run(main)), "main fell");
        assert_eq!((polls.get(), drops.get()), (0, 1));
    });
}

// A21
#[test]
fn a_spawn_after_the_end_is_an_error_that_gives_the_future_back() {
    let handle = taipan::run(async {
        let handle = Handle::current();
        assert!(!handle.is_closed());
        handle
    });
    assert!(handle.is_closed());
    let (polls, drops) = (Counter::new(), Counter::new());
    let error = handle.spawn(counted(async { 3 }, &polls, &drops)).unwrap_err();
    assert_eq!(error.to_string(), "main has ended: the runtime takes no more tasks");
    assert_eq!((polls.get(), drops.get()), (0, 0));
    assert_eq!(block_on(error.into_inner()), 3);
    assert_eq!((polls.get(), drops.get()), (1, 1));
}

// A21: once main has ended, other threads get the future back: they could hold up the end for ever.
#[test]
fn a_spawn_from_outside_into_a_run_that_shuts_down_is_given_back() {
    bounded(|| {
        let (polls, drops) = (Counter::new(), Counter::new());
        let (give, take) = mpsc::channel();
        let late = counted(pending::<()>(), &polls, &drops);
        taipan::run(async move {
            let (ready, handle) = (Gate::new(), Handle::current());
            let begun = ready.clone();
            let exit = move || {
                let foreign = thread::spawn(move || handle.spawn(late).unwrap_err().into_inner());
                give.send(foreign.join().unwrap()).unwrap();
            };
            drop(spawn(with_exit(move || begun.open(), exit)));
            ready.pass().await;
        });
        assert_eq!((polls.get(), drops.get()), (0, 0));
        drop(take.recv().unwrap());
        assert_eq!((polls.get(), drops.get()), (0, 1));
    });
}

// A21: what an exit spawns on the runtime is taken in, and cancelled like the others.
#[test]
fn a_spawn_of_an_exit_is_taken_in_and_cancelled() {
    bounded(|| {
        let (polls, drops) = (Counter::new(), Counter::new());
        let late = counted(pending::<()>(), &polls, &drops);
        let told = Log::new();
        let log = told.clone();
        taipan::run(async move {
            let ready = Gate::new();
            let begun = ready.clone();
            let body = taipan::finally(
                async move {
                    begun.open();
                    pending::<()>().await;
                },
                move |_| async move {
                    let task = Handle::current().spawn(late).unwrap();
                    drop(task);
                    log.add("spawned");
                },
            );
            drop(spawn(body));
            ready.pass().await;
        });
        assert_eq!((told.get(), drops.get()), ("spawned".to_owned(), 1));
    });
}

// A21: whatever the moment, the poster gets an end for its task or the future back; and nobody is told of
// a straggler, for none is late.
#[test]
fn spawns_that_race_with_the_end_are_never_lost() {
    bounded(|| {
        let reports = Log::new();
        let hook = reports.clone();
        let runtime = Runtime::builder()
            .threads(2)
            .error_hook(move |report| hook.add(report.to_string()))
            .build();
        for _ in 0..300 {
            let (spawned, polls, drops) = (Counter::new(), Counter::new(), Counter::new());
            let poster = runtime.run(async {
                let handle = Handle::current();
                let (begun, first) = mpsc::channel();
                let (spawned, polls, drops) = (spawned.clone(), polls.clone(), drops.clone());
                let poster = thread::spawn(move || {
                    loop {
                        spawned.add();
                        match handle.spawn(counted(async {}, &polls, &drops)) {
                            Ok(task) => {
                                let ended = block_on(task.into_future());
                                assert!(ended.is_ok() || ended.unwrap_err().is_cancelled());
                            }
                            Err(_) => break,
                        }
                        let _ = begun.send(());
                    }
                });
                // Main's own thread waits: the task runs on the other.
                first.recv().unwrap();
                poster
            });
            poster.join().unwrap();
            assert_eq!(drops.get(), spawned.get());
        }
        assert_eq!(reports.get(), "");
    });
}

#[test]
fn zero_threads_are_refused() {
    let text = panic_of(|| Runtime::builder().threads(0));
    assert_eq!(text, "a runtime needs at least 1 thread: the one that calls `run`");
}

#[test]
fn one_thread_is_the_calling_one() {
    bounded(|| {
        let here = thread::current().id();
        let there = Runtime::builder().threads(1).build().run(async {
            let task = spawn(async { thread::current().id() });
            let local = taipan::spawn_local(async { thread::current().id() });
            (task.await.unwrap(), local.await.unwrap())
        });
        assert_eq!(there, (here, here));
    });
}

#[test]
fn the_threads_are_as_many_as_asked_for_and_have_their_names() {
    bounded(|| {
        let names = Arc::new(Mutex::new(Vec::new()));
        // Nobody passes before all are there: so each is polled by a thread of its own.
        let together = Arc::new(Barrier::new(3));
        let runtime = Runtime::builder().threads(3).thread_name("crawler").build();
        runtime.run(async {
            let meet = || {
                let (names, together) = (Arc::clone(&names), Arc::clone(&together));
                spawn(async move {
                    together.wait();
                    let name = thread::current().name().unwrap_or_default().to_owned();
                    names.lock().unwrap().push(name);
                })
            };
            for task in [meet(), meet(), meet()] {
                task.await.unwrap();
            }
        });
        let mut names = names.lock().unwrap();
        names.retain(|name| name.starts_with("crawler"));
        names.sort();
        assert_eq!(*names, ["crawler-1", "crawler-2"]);
    });
}

/// The output of the child, told how many threads to have.
fn child_with_threads(value: &str) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_run_child"))
        .arg("threads")
        .env("TAIPAN_THREADS", value)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn the_environment_says_how_many_threads() {
    for threads in ["1", "3", "5"] {
        assert_eq!(child_with_threads(threads), (threads.to_owned(), String::new()));
    }
}

#[test]
fn a_wrong_number_of_threads_in_the_environment_is_named_once_and_ignored() {
    let cores = thread::available_parallelism().map_or(1, usize::from).to_string();
    for wrong in ["0", "many", "-1", ""] {
        let said = format!("TAIPAN_THREADS={wrong} is ignored: a positive number is expected");
        assert_eq!(child_with_threads(wrong), (cores.clone(), said));
    }
}

// A future that is ready at once, and one that wakes itself, both end.
#[test]
fn main_is_polled_only_when_it_was_woken() {
    bounded(|| {
        let polls = Counter::new();
        let drops = Counter::new();
        let mut left = 3;
        let main = std::future::poll_fn(|cx| {
            left -= 1;
            if left == 0 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        });
        Runtime::builder().threads(1).build().run(counted(main, &polls, &drops));
        assert_eq!((polls.get(), drops.get()), (3, 1));

        // What other tasks do is none of main's business.
        let (polls, drops) = (Counter::new(), Counter::new());
        let main = async {
            let busy = spawn(async {
                for _ in 0..100 {
                    yield_now().await;
                }
            });
            busy.await.unwrap();
        };
        Runtime::builder().threads(1).build().run(counted(main, &polls, &drops));
        assert_eq!((polls.get(), drops.get()), (2, 1));
    });
}

// Main's thread is a worker as well, and is busy with main as long as main pleases.
#[taipan::test(threads = 2, timeout = 1m)]
async fn a_task_runs_while_main_blocks_its_thread() {
    let (sent, received) = mpsc::channel();
    sleep!(1ms).await; // the workers are parked
    let task = spawn(async move { sent.send(()).unwrap() });
    #[allow(deprecated)] // it blocks, which is meant
    received.recv().unwrap();
    task.await.unwrap();
}
