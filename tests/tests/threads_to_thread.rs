//! `to_thread`: the value, what a drop does before and during the call, and who waits for it.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::pin;
use std::sync::{Arc, Barrier, mpsc};
use std::task::Waker;
use std::thread;
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::task::{TaskKind, TaskState};
use taipan::{Runtime, ToThread, spawn, tasks, timeout, to_thread, yield_now};
use taipan_tests::{Counter, Gate, Log, WakeCounter, bounded, on_drop, poll_once, poll_with};

#[path = "support/threads.rs"]
mod support;
use support::{blocked, run};

#[test]
fn gives_the_calls_value_from_another_thread() {
    bounded(|| {
        run(async {
            let here = thread::current().id();
            let (value, there) = to_thread(|| (6 * 7, thread::current().id())).await;
            assert_eq!(value, 42);
            assert_ne!(there, here);
        });
    });
}

#[test]
fn the_call_starts_at_the_first_poll() {
    bounded(|| {
        run(async {
            let calls = Counter::new();
            let counting = calls.clone();
            let call = to_thread(move || counting.add());
            yield_now().await;
            assert_eq!(tasks().len(), 1);
            assert_eq!(calls.get(), 0);
            drop(call);
            assert_eq!(calls.get(), 0);
        });
    });
}

#[test]
fn a_call_that_was_never_polled_drops_its_function() {
    let drops = Counter::new();
    let counting = drops.clone();
    let guard = on_drop(move || counting.add());
    drop(to_thread(move || drop(guard)));
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_panic_is_passed_on_as_it_is() {
    bounded(|| {
        let payload = run(async {
            let task = spawn(to_thread(|| panic_any(7_u32)));
            task.await.unwrap_err().into_panic().unwrap()
        });
        assert_eq!(*payload.downcast::<u32>().unwrap(), 7);

        let main = || run(async { to_thread(|| panic_any("in main")).await });
        let payload = catch_unwind(AssertUnwindSafe(main)).unwrap_err();
        assert_eq!(*payload.downcast::<&str>().unwrap(), "in main");
    });
}

// A panic that nobody can receive is told, with the line of the call.
#[test]
fn a_panic_after_the_drop_is_reported() {
    bounded(|| {
        for abandoned in [false, true] {
            let (told, hear) = mpsc::channel();
            let runtime = Runtime::builder().threads(1).error_hook(move |report| {
                told.send((report.kind(), report.location().unwrap().line(), report.to_string()))
                    .unwrap();
            });
            let line = runtime.build().run(async {
                let begun = Gate::new();
                let (release, wait) = blocked(&begun);
                let line = line!() + 1;
                let call = to_thread(move || -> () {
                    wait();
                    panic!("too late")
                });
                let call = if abandoned { call.abandon_on_cancel() } else { call };
                let winner = async {
                    begun.pass().await;
                    // Later than the race drops the call.
                    drop(spawn(async move { drop(release) }));
                };
                taipan::race!(call, winner).await;
                line
            });
            let (kind, at, text) = hear.recv().unwrap();
            assert_eq!((kind, at), (taipan::ReportKind::Panic, line));
            assert!(text.ends_with("panicked, and nobody awaits it: too late"), "{text}");
        }
    });
}

#[test]
fn calls_run_side_by_side() {
    bounded(|| {
        run(async {
            // Each call waits for the other one.
            let meet = Arc::new(Barrier::new(2));
            let call = || {
                let meet = Arc::clone(&meet);
                to_thread(move || meet.wait().is_leader())
            };
            let (a, b) = taipan::gather!(call(), call()).await;
            assert_ne!(a, b);
        });
    });
}

#[test]
fn many_calls_at_once_all_give_their_values() {
    bounded(|| {
        let values = taipan::run(async {
            let calls = (0..1000_usize).map(|n| to_thread(move || n));
            let values = taipan::gather(calls).await;
            assert_eq!(tasks().len(), 1);
            values
        });
        assert_eq!(values, (0..1000).collect::<Vec<_>>());
    });
}

#[test]
fn the_others_run_while_a_call_blocks() {
    bounded(|| {
        run(async {
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            let call = to_thread(call);
            let others = async {
                begun.pass().await;
                for _ in 0..10 {
                    yield_now().await;
                }
                spawn(async {}).await.unwrap();
                drop(release);
            };
            taipan::gather!(call, others).await;
        });
    });
}

#[test]
fn its_end_wakes_the_waiter_once() {
    bounded(|| {
        run(async {
            let (wakes, waker) = WakeCounter::new();
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            let mut call = pin!(to_thread(call));
            assert!(poll_with(call.as_mut(), &waker).is_pending());
            begun.pass().await;
            assert_eq!(wakes.get(), 0);
            drop(release);
            while wakes.get() == 0 {
                yield_now().await;
            }
            assert!(poll_with(call.as_mut(), &waker).is_ready());
            assert_eq!(wakes.get(), 1);
        });
    });
}

// In a process of its own, where there are two threads for calls: they are both taken.
#[test]
fn a_drop_before_the_start_withdraws_the_call_at_once() {
    bounded(|| {
        for abandoned in ["", "abandoned"] {
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_run_child"))
                .args(["withdrawn call", abandoned])
                .env("TAIPAN_BLOCKING_THREADS", "2")
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            let said = String::from_utf8(output.stdout).unwrap();
            assert_eq!(said, "withdrawn\nnever ran\n");
        }
    });
}

#[test]
fn a_drop_during_the_call_makes_the_scope_wait() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let begun = Gate::new();
            let (release, wait) = blocked(&begun);
            let returning = log.clone();
            let call = to_thread(move || {
                wait();
                returning.add("returned");
            });
            let mut call = Box::pin(call);
            assert!(poll_once(call.as_mut()).is_pending());
            begun.pass().await;
            // The scope is the timeout's: its time is up at once, and it is not over then.
            let mut limited = pin!(timeout(Duration::ZERO, call));
            for _ in 0..3 {
                assert!(poll_once(limited.as_mut()).is_pending());
                yield_now().await;
            }
            log.add("released");
            drop(release);
            limited.await.unwrap_err();
            assert_eq!(log.get(), "released returned");
        });
    });
}

// The loser of a race likewise: the winner's value comes only after the call.
#[test]
fn a_race_that_a_call_loses_waits_for_it() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let begun = Gate::new();
            let (release, wait) = blocked(&begun);
            let returning = log.clone();
            let loser = async {
                to_thread(move || {
                    wait();
                    returning.add("returned");
                })
                .await;
                "loser"
            };
            let winner = async {
                begun.pass().await;
                // Released by somebody else, later than this arm ends.
                log.add("won");
                drop(spawn(async move {
                    yield_now().await;
                    drop(release);
                }));
                "winner"
            };
            assert_eq!(taipan::race!(loser, winner).await, "winner");
            assert_eq!(log.get(), "won returned");
        });
    });
}

#[test]
fn a_cancelled_task_ends_only_after_its_call() {
    bounded(|| {
        run(async {
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            let task = spawn(to_thread(call));
            begun.pass().await;
            assert!(task.cancel());
            yield_now().await;
            assert!(!task.is_finished());
            assert_eq!(task.info().state(), TaskState::Cancelling);
            drop(release);
            assert!(task.await.unwrap_err().is_cancelled());
            assert_eq!(tasks().len(), 1);
        });
    });
}

#[test]
fn an_abandoned_call_holds_up_nobody() {
    bounded(|| {
        let (returned, hear) = mpsc::channel();
        let release = run(async {
            let begun = Gate::new();
            let (release, wait) = blocked(&begun);
            let call = to_thread(move || {
                wait();
                returned.send(()).unwrap();
            });
            let task = spawn(call.abandon_on_cancel());
            begun.pass().await;
            assert_eq!(tasks().len(), 3);
            assert!(task.stop().await.is_none());
            // It is nobody's any more.
            assert_eq!(tasks().len(), 1);
            release
        });
        // It outlives the run, and goes on by itself.
        assert!(hear.try_recv().is_err());
        drop(release);
        hear.recv().unwrap();
    });
}

#[test]
fn abandon_on_cancel_changes_nothing_while_nobody_cancels() {
    bounded(|| {
        assert_eq!(run(async { to_thread(|| 42).abandon_on_cancel().await }), 42);
    });
}

#[test]
fn run_waits_for_a_call_that_main_left() {
    bounded(|| {
        let log = Log::new();
        let returning = log.clone();
        let (main_ended, hear) = mpsc::channel::<()>();
        run(async {
            let begun = Gate::new();
            let opening = begun.clone();
            let call = to_thread(move || {
                opening.open();
                let _ = hear.recv();
                returning.add("returned");
            });
            drop(spawn(call));
            begun.pass().await;
            let ending = log.clone();
            let _last = on_drop(move || {
                ending.add("main");
                drop(main_ended);
            });
        });
        assert_eq!(log.get(), "main returned");
    });
}

#[test]
fn a_running_call_is_listed_under_the_line_that_asked_for_it() {
    bounded(|| {
        run(async {
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            let line = line!() + 1;
            let call = to_thread(call);
            let caller = taipan::Task::builder().name("caller").spawn(call);
            begun.pass().await;
            let listed: Vec<_> =
                tasks().into_iter().filter(|task| task.kind() == TaskKind::Thread).collect();
            let [call] = listed.as_slice() else { panic!("not one call: {listed:?}") };
            assert_eq!((call.location().file(), call.location().line()), (file!(), line));
            assert_eq!(call.name(), format!("thread-{}", call.id()));
            assert_eq!(call.parent(), Some(caller.id()));
            assert_eq!(call.state(), TaskState::Pending);
            drop(release);
            caller.await.unwrap();
            assert!(tasks().iter().all(|task| task.kind() != TaskKind::Thread));
        });
    });
}

#[test]
fn outside_a_runtime_it_panics_and_says_where_to_await_it() {
    let panic = catch_unwind(|| block_on(to_thread(|| ()))).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert_eq!(
        *text,
        "no runtime here: await `to_thread` inside `#[taipan::main]` or `taipan::run(..)`"
    );
}

#[test]
fn polled_after_its_value_it_panics() {
    bounded(|| {
        run(async {
            let mut call = to_thread(|| ());
            (&mut call).await;
            let again = || poll_with(pin!(&mut call), Waker::noop());
            let panic = catch_unwind(AssertUnwindSafe(again)).unwrap_err();
            let text = panic.downcast_ref::<String>().unwrap();
            assert_eq!(*text, "`to_thread` was polled after it gave its value");
        });
    });
}

#[test]
fn its_debug_form_says_how_far_it_is() {
    bounded(|| {
        run(async {
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            let mut call: ToThread<_, ()> = to_thread(call);
            assert_eq!(format!("{call:?}"), "ToThread { state: \"new\", .. }");
            assert!(poll_once(pin!(&mut call)).is_pending());
            assert_eq!(format!("{call:?}"), "ToThread { state: \"running\", .. }");
            drop(release);
            (&mut call).await;
            assert_eq!(format!("{call:?}"), "ToThread { state: \"done\", .. }");
        });
    });
}

// Only one thread is being started at a time, and it starts the next: nobody is left out.
#[test]
fn as_many_calls_as_wait_for_each_other_all_get_a_thread() {
    bounded(|| {
        run(async {
            let meet = Arc::new(Barrier::new(100));
            let calls = (0..100).map(|_| {
                let meet = Arc::clone(&meet);
                to_thread(move || meet.wait().is_leader())
            });
            let leaders = taipan::gather(calls).await;
            assert_eq!(leaders.into_iter().filter(|leader| *leader).count(), 1);
        });
    });
}

// Each call waits for the one that comes after it.
#[test]
fn a_chain_of_calls_that_wait_is_no_deadlock() {
    bounded(|| {
        run(async {
            let (first, mut before) = mpsc::channel::<()>();
            let mut calls = vec![];
            for _ in 0..50 {
                let (tell, next) = mpsc::channel::<()>();
                let hear = std::mem::replace(&mut before, next);
                calls.push(to_thread(move || {
                    drop(tell);
                    let _ = hear.recv();
                }));
            }
            // The first is let go by somebody who comes behind them all.
            let last = to_thread(move || drop(first));
            taipan::gather!(taipan::gather(calls), last).await;
        });
    });
}

#[test]
fn the_value_that_nobody_takes_is_dropped_before_the_scope_ends() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let begun = Gate::new();
            let (release, wait) = blocked(&begun);
            let dropping = log.clone();
            let value = on_drop(move || dropping.add("dropped"));
            let call = to_thread(move || {
                wait();
                value
            });
            let winner = async {
                begun.pass().await;
                drop(spawn(async move { drop(release) }));
            };
            taipan::race!(async { drop(call.await) }, winner).await;
            log.add("over");
            assert_eq!(log.get(), "dropped over");
        });
    });
}

// A destructor that panics ends no thread, and is not lost.
#[test]
fn a_panic_of_the_value_that_nobody_takes_is_reported() {
    bounded(|| {
        let (told, hear) = mpsc::channel();
        let runtime = Runtime::builder().threads(1).error_hook(move |report| {
            told.send((report.kind(), report.message().to_owned())).unwrap();
        });
        runtime.build().run(async {
            let begun = Gate::new();
            let (release, wait) = blocked(&begun);
            let call = to_thread(move || {
                wait();
                on_drop(|| panic!("in drop"))
            });
            let winner = async {
                begun.pass().await;
                drop(spawn(async move { drop(release) }));
            };
            taipan::race!(async { drop(call.await) }, winner).await;
        });
        assert_eq!(hear.recv().unwrap(), (taipan::ReportKind::Panic, "in drop".to_owned()));
    });
}

#[test]
fn its_threads_have_a_name() {
    bounded(|| {
        let name = run(to_thread(|| thread::current().name().map(str::to_owned))).unwrap();
        assert!(name.starts_with("taipan-blocking-"), "{name}");
    });
}
