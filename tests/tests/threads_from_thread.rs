//! `from_thread`: what a call runs where it is awaited, and how cancellation goes both ways.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use taipan::threads::{Cancelled, check_cancelled};
use taipan::time::Instant;
use taipan::{
    ReportKind, Runtime, Task, ThreadPool, closing, compute, current, finally, from_thread, sleep,
    spawn, tasks, timeout, to_thread, with, yield_now,
};
use taipan_tests::{
    Counter, Gate, Log, WakeCounter, bounded, counted, on_drop, poll_once, poll_with,
};

#[path = "support/threads.rs"]
mod support;
use support::run;

const HOUR: Duration = Duration::from_secs(3600);

/// Waits for ever; says `exit` in its async exit, after a wait, and `dropped` when it is cancelled.
async fn hangs(log: Log, begun: Gate) {
    let dropping = log.clone();
    let exiting = log.clone();
    let exit = |_| async move {
        yield_now().await;
        exiting.add("exit");
    };
    let body = async move {
        let _dropped = on_drop(move || dropping.add("dropped"));
        begun.open();
        pending::<()>().await;
    };
    finally(body, exit).await;
}

/// Begins a call that sends a future over at once, and waits until it lies there; it is not picked up.
async fn sent(call: impl FnOnce() + Send + 'static) -> Pin<Box<impl Future<Output = ()> + Send>> {
    let (go, may_send) = mpsc::channel::<()>();
    let mut call = Box::pin(to_thread(move || {
        let _ = may_send.recv(); // not before the first poll is over
        call();
    }));
    let (wakes, waker) = WakeCounter::new();
    assert!(poll_with(call.as_mut(), &waker).is_pending());
    drop(go);
    while wakes.get() == 0 {
        yield_now().await;
    }
    assert_eq!(wakes.get(), 1);
    call
}

// S385
#[test]
fn the_value_of_async_code_comes_back_to_the_thread() {
    bounded(|| {
        run(async {
            let here = thread::current().id();
            let caller = Task::builder().name("caller").spawn(to_thread(|| {
                let there = thread::current().id();
                let inside = from_thread(async {
                    yield_now().await;
                    (thread::current().id(), current().name())
                });
                (there, inside.unwrap())
            }));
            let (there, inside) = caller.await.unwrap();
            assert_ne!(there, here);
            assert_eq!(inside, (here, "caller".to_owned()));
        });
    });
}

#[test]
fn calls_of_every_pool_can_send() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(1);
            let send = || from_thread(async { current().id() }).unwrap();
            let id = current().id();
            assert_eq!(pool.run(send).await, id);
            assert_eq!(compute(send).await, id);
            assert_eq!(to_thread(send).abandon_on_cancel().await, id);
        });
    });
}

#[test]
fn it_is_polled_when_it_is_woken_and_dropped_once() {
    bounded(|| {
        run(async {
            let (polls, drops, gate) = (Counter::new(), Counter::new(), Gate::new());
            let (counting, dropping, passing) = (polls.clone(), drops.clone(), gate.clone());
            let call = to_thread(move || {
                for value in 0..3 {
                    let passing = passing.clone();
                    let future = async move {
                        passing.pass().await;
                        value
                    };
                    let answer = from_thread(counted(future, &counting, &dropping));
                    assert_eq!(answer.unwrap(), value);
                }
            });
            let opens = async {
                while polls.get() == 0 {
                    yield_now().await;
                }
                gate.open();
            };
            taipan::gather!(call, opens).await;
            assert_eq!((polls.get(), drops.get()), (4, 3));
        });
    });
}

#[test]
fn a_panic_reaches_the_thread() {
    bounded(|| {
        run(async {
            // Caught there, it is over.
            let payload = to_thread(|| {
                let send = || from_thread(async { panic_any(7_u32) });
                *catch_unwind(send).map(drop).unwrap_err().downcast::<u32>().unwrap()
            });
            assert_eq!(payload.await, 7);
            // Else it is the call's, and comes back from there.
            let error = spawn(to_thread(|| from_thread(async { panic!("inside") }).unwrap()));
            let error = error.await.map(|(): ()| ()).unwrap_err();
            assert!(error.to_string().ends_with("panicked: inside"), "{error}");
        });
    });
}

// Its cleanups are a part of it: the thread goes on only after them.
#[test]
fn exits_run_before_the_thread_goes_on() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let noting = log.clone();
            to_thread(move || {
                let exit = noting.clone();
                let send = from_thread(async move {
                    let resource = closing((), |()| async move {
                        yield_now().await;
                        exit.add("exit");
                    });
                    let mut held = Box::pin(with(resource, async |_| pending::<()>().await));
                    assert!(poll_once(held.as_mut()).is_pending());
                });
                send.unwrap();
                noting.add("thread");
            })
            .await;
            assert_eq!(log.get(), "exit thread");
        });
    });
}

// S385: the way there.
#[test]
fn who_cancels_the_caller_cancels_the_future_and_the_thread_is_told() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let begun = Gate::new();
            let (noting, opening) = (log.clone(), begun.clone());
            let task = spawn(to_thread(move || {
                assert!(check_cancelled().is_ok());
                let error = from_thread(hangs(noting.clone(), opening)).unwrap_err();
                noting.add("told");
                let why = error.to_string();
                assert_eq!(error.reason().unwrap().message(), Some("the user left"));
                assert!(
                    why.starts_with("the call was cancelled: the user left (asked by `main` at ")
                );
                assert_eq!(check_cancelled().unwrap_err().to_string(), why);
            }));
            begun.pass().await;
            task.cancel_with("the user left");
            assert!(task.await.unwrap_err().is_cancelled());
            log.add("ended");
            assert_eq!(log.get(), "dropped exit told ended");
        });
    });
}

#[test]
fn what_is_sent_after_the_cancellation_never_begins() {
    bounded(|| {
        for abandoned in [false, true] {
            run(async {
                let (begun, cancelled) = (Gate::new(), mpsc::channel::<()>());
                let (polls, drops) = (Counter::new(), Counter::new());
                let (opening, counting, dropping) = (begun.clone(), polls.clone(), drops.clone());
                let (tell, told) = mpsc::channel();
                let call = to_thread(move || {
                    opening.open();
                    let _ = cancelled.1.recv();
                    let answer = from_thread(counted(async { 42 }, &counting, &dropping));
                    tell.send(answer.map_err(|error| error.to_string())).unwrap();
                });
                let call = if abandoned { call.abandon_on_cancel() } else { call };
                let winner = async {
                    begun.pass().await;
                    drop(spawn(async move { drop(cancelled.0) }));
                };
                taipan::race!(call, winner).await;
                while polls.get() + drops.get() == 0 {
                    yield_now().await;
                }
                let text = told.recv().unwrap().unwrap_err();
                let why =
                    "the call was cancelled: the code that awaited it was cancelled (`main`, ";
                assert!(text.starts_with(why), "{text}");
                assert_eq!((polls.get(), drops.get()), (0, 1));
            });
        }
    });
}

// Sent over, and not picked up: the code that awaits is dropped first.
#[test]
fn what_nobody_picked_up_never_begins() {
    bounded(|| {
        run(async {
            let (polls, drops) = (Counter::new(), Counter::new());
            let (counting, dropping) = (polls.clone(), drops.clone());
            let (tell, told) = mpsc::channel();
            let call = sent(move || {
                let answer = from_thread(counted(async { 42 }, &counting, &dropping));
                tell.send(answer.is_err()).unwrap();
            })
            .await;
            // The scope waits for the thread, which is told.
            timeout(Duration::ZERO, async move {
                let _call = call;
                pending::<()>().await;
            })
            .await
            .unwrap_err();
            assert!(told.try_recv().unwrap());
            assert_eq!((polls.get(), drops.get()), (0, 1));
        });
    });
}

#[test]
fn a_body_that_had_ended_keeps_its_value() {
    bounded(|| {
        run(async {
            let (exits, go) = (Gate::new(), Gate::new());
            let (exiting, going) = (exits.clone(), go.clone());
            let (tell, told) = mpsc::channel();
            let task = spawn(to_thread(move || {
                let answer = from_thread(async move {
                    let resource = closing((), |()| async move {
                        exiting.open();
                        going.pass().await;
                    });
                    let mut held = Box::pin(with(resource, async |_| pending::<()>().await));
                    assert!(poll_once(held.as_mut()).is_pending());
                    drop(held);
                    42
                });
                tell.send(answer.unwrap()).unwrap();
            }));
            exits.pass().await;
            task.cancel();
            yield_now().await;
            assert!(told.try_recv().is_err());
            go.open();
            assert!(task.await.unwrap_err().is_cancelled());
            assert_eq!(told.try_recv().unwrap(), 42);
        });
    });
}

// The thread goes on at once; the exits have the scope that waits for them.
#[test]
fn an_abandoned_call_is_told_at_once() {
    bounded(|| {
        run(async {
            let (begun, go) = (Gate::new(), Gate::new());
            let (opening, going) = (begun.clone(), go.clone());
            let (tell, told) = mpsc::channel();
            let call = to_thread(move || {
                let answer = from_thread(finally(
                    async move {
                        opening.open();
                        pending::<()>().await;
                    },
                    |_| async move { going.pass().await },
                ));
                tell.send(answer.is_err()).unwrap();
            });
            let task = spawn(call.abandon_on_cancel());
            begun.pass().await;
            task.cancel();
            yield_now().await;
            assert!(told.recv().unwrap());
            assert!(!task.is_finished());
            go.open();
            assert!(task.await.unwrap_err().is_cancelled());
        });
    });
}

// S390
#[test]
fn threads_and_loop_nest() {
    bounded(|| {
        run(async {
            let value = to_thread(|| {
                from_thread(async {
                    to_thread(|| {
                        from_thread(async { to_thread(|| from_thread(async { 42 })).await })
                    })
                    .await
                })
            });
            assert_eq!(value.await.unwrap().unwrap().unwrap(), 42);
        });
    });
}

// Through all borders.
#[test]
fn a_cancellation_goes_through_nested_calls() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let begun = Gate::new();
            let (noting, opening) = (log.clone(), begun.clone());
            let task = spawn(to_thread(move || {
                let inside = noting.clone();
                let outer = from_thread(async move {
                    let noting = inside.clone();
                    let call = to_thread(move || {
                        let inner = from_thread(hangs(noting.clone(), opening));
                        noting.add(if inner.is_err() { "inner" } else { "no" });
                    });
                    call.await;
                });
                noting.add(if outer.is_err() { "outer" } else { "no" });
            }));
            begun.pass().await;
            assert_eq!(task.stop().await, None);
            assert_eq!(log.get(), "dropped exit inner outer");
        });
    });
}

// While a thread waits for async code it does not run, and the clock moves.
#[taipan::test(virtual_time, timeout = 30s)]
async fn a_virtual_clock_moves_on_for_what_a_call_waits_for() {
    let start = Instant::now();
    let call = to_thread(|| {
        for _ in 0..3 {
            from_thread(sleep(HOUR)).unwrap();
            for _ in 0..1000 {
                thread::yield_now(); // now it runs: the clock stands still
            }
        }
    });
    timeout(4 * HOUR, call).await.unwrap();
    assert_eq!(start.elapsed(), 3 * HOUR);
}

#[taipan::test(virtual_time, timeout = 30s)]
async fn a_timeout_around_the_call_limits_what_it_waits_for() {
    let log = Log::new();
    let noting = log.clone();
    let call = to_thread(move || {
        let answer = from_thread(hangs(noting.clone(), Gate::new()));
        noting.add(if answer.is_err() { "told" } else { "no" });
    });
    timeout(HOUR, call).await.unwrap_err();
    assert_eq!(log.get(), "dropped exit told");
    // As is the limit that the thread sets itself.
    let call = to_thread(|| from_thread(timeout(HOUR, pending::<()>())));
    assert!(call.await.unwrap().is_err());
    sleep(HOUR).await; // nobody counts as running any more
}

// S389
#[test]
fn the_end_of_main_cancels_it() {
    bounded(|| {
        let log = Log::new();
        let noting = log.clone();
        let reports = Counter::new();
        let counting = reports.clone();
        let runtime = Runtime::builder().threads(2).error_hook(move |_| counting.add());
        runtime.build().run(async move {
            let begun = Gate::new();
            let opening = begun.clone();
            spawn(to_thread(move || {
                let error = from_thread(hangs(noting.clone(), opening)).unwrap_err();
                assert_eq!(error.reason().unwrap().message(), Some("main has ended"));
                noting.add("told");
            }))
            .detach();
            begun.pass().await;
        });
        assert_eq!((log.get().as_str(), reports.get()), ("dropped exit told", 0));
    });
}

// An exit may block, and its blocking call may wait for async code: nobody cancels it.
#[test]
fn it_works_in_the_exits_when_main_has_ended() {
    bounded(|| {
        let log = Log::new();
        let noting = log.clone();
        run(async move {
            let begun = Gate::new();
            let opening = begun.clone();
            let body = async move {
                opening.open();
                pending::<()>().await;
            };
            let exit = |_| async move {
                let call = to_thread(|| from_thread(async { spawn(async { 42 }).await }));
                let value = call.await.unwrap().unwrap();
                noting.add(format!("exit {value}"));
            };
            drop(spawn(finally(body, exit)));
            begun.pass().await;
        });
        assert_eq!(log.get(), "exit 42");
    });
}

// S389: the future of the call is held and never polled again, so that nobody can run what the thread sends.
#[test]
fn a_thread_that_nobody_answers_is_freed_when_the_run_is_over() {
    bounded(|| {
        let (told, hear) = mpsc::channel();
        let runtime = Runtime::builder().threads(1).shutdown_timeout(Duration::from_millis(30));
        let runtime = runtime.error_hook(move |report| told.send(report.kind()).unwrap()).build();
        let (tell, answer) = mpsc::channel();
        let call = runtime.run(async move {
            let call = sent(move || {
                let refused = from_thread(async {}).unwrap_err();
                tell.send(refused.reason().unwrap().message().unwrap().to_owned()).unwrap();
            });
            (call.await,) // in a tuple: it is not to be awaited
        });
        assert_eq!(answer.recv().unwrap(), "the runtime has ended");
        assert_eq!(hear.recv().unwrap(), ReportKind::Straggler);
        drop(call);
    });
}

// S387
#[test]
fn in_async_code_it_panics_and_says_what_to_write() {
    bounded(|| {
        run(async {
            let text = "`from_thread` was called in async code, where it would block the loop that it waits for: write `.await`";
            let message = |payload: Box<dyn std::any::Any + Send>| {
                (*payload.downcast_ref::<String>().unwrap()).clone()
            };
            let here = catch_unwind(|| from_thread(async {})).map(drop).unwrap_err();
            assert_eq!(message(here), text);
            // Also in what a call sent over.
            let call = to_thread(|| {
                let inside = || drop(from_thread(async {}));
                from_thread(async move { catch_unwind(inside).unwrap_err() })
            });
            assert_eq!(message(call.await.unwrap()), text);
        });
    });
}

// S388
#[test]
fn on_a_thread_that_runs_no_call_it_panics_and_names_the_portal() {
    let payload = catch_unwind(|| from_thread(async {})).map(drop).unwrap_err();
    assert_eq!(
        *payload.downcast_ref::<&str>().unwrap(),
        "no call of `to_thread` runs on this thread: use `from_thread` inside one, or give the thread a `Portal`"
    );
    // To ask is allowed anywhere.
    assert!(check_cancelled().is_ok());
}

// S381
#[test]
fn a_call_can_ask_whether_it_was_cancelled() {
    bounded(|| {
        run(async {
            let begun = Gate::new();
            let opening = begun.clone();
            let (tell, told) = mpsc::channel();
            let task = spawn(to_thread(move || {
                let steps = || -> Result<(), Cancelled> {
                    check_cancelled()?;
                    opening.open();
                    loop {
                        check_cancelled()?;
                        thread::yield_now();
                    }
                };
                tell.send(steps().unwrap_err().to_string()).unwrap();
            }));
            begun.pass().await;
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
            let text = told.recv().unwrap();
            assert!(text.starts_with("the call was cancelled (asked by `main` at "), "{text}");
            assert_eq!(tasks().len(), 1);
        });
    });
}

// The next call on the same thread knows nothing of the one before.
#[test]
fn a_cancellation_stays_with_its_call() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(1);
            let begun = Gate::new();
            let opening = begun.clone();
            let task = spawn(pool.run(move || {
                opening.open();
                while check_cancelled().is_ok() {
                    thread::yield_now();
                }
            }));
            begun.pass().await;
            task.stop().await;
            assert!(pool.run(|| check_cancelled().is_ok() && from_thread(async {}).is_ok()).await);
        });
    });
}

#[test]
fn a_panic_of_a_cancelled_future_reaches_the_thread() {
    bounded(|| {
        run(async {
            let begun = Gate::new();
            let opening = begun.clone();
            let (tell, told) = mpsc::channel();
            let task = spawn(to_thread(move || {
                let send = AssertUnwindSafe(|| {
                    from_thread(async move {
                        let _bomb = on_drop(|| panic!("in drop"));
                        opening.open();
                        pending::<()>().await;
                    })
                });
                let payload = catch_unwind(send).map(drop).unwrap_err();
                tell.send(*payload.downcast_ref::<&str>().unwrap()).unwrap();
            }));
            begun.pass().await;
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
            assert_eq!(told.recv().unwrap(), "in drop");
        });
    });
}
