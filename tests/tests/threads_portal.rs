//! `Portal`: what plain threads are given, and how it ends.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use taipan::task::TaskKind;
use taipan::{
    Handle, Portal, Runtime, current, finally, spawn, tasks, timeout, to_thread, yield_now,
};
use taipan_tests::{Counter, Gate, Log, bounded, counted, on_drop};

#[path = "support/threads.rs"]
mod support;
use support::run;

/// Runs `f` on a plain thread, with a portal; waits for its value without holding up the loop.
async fn foreign<T: Send + 'static>(f: impl FnOnce(Portal) -> T + Send + 'static) -> T {
    let portal = Portal::current();
    let thread = thread::spawn(move || f(portal));
    to_thread(move || thread.join().unwrap()).await
}

// S385, S393
#[test]
fn a_plain_thread_is_given_the_value() {
    bounded(|| {
        run(async {
            let here = thread::current().id();
            let line = line!() + 2;
            let value = foreign(|portal| {
                portal.call(async {
                    yield_now().await;
                    (thread::current().id(), current())
                })
            });
            let (thread, task) = value.await.unwrap();
            assert_eq!(thread, here);
            assert_eq!((task.kind(), task.parent()), (TaskKind::Task, None));
            assert_eq!((task.location().file(), task.location().line()), (file!(), line));
            assert_eq!(tasks().len(), 1);
        });
    });
}

// K270: nothing else wakes the loop, which sleeps in the poller.
#[test]
fn it_wakes_a_loop_that_sleeps() {
    bounded(|| {
        run(async {
            let (portal, gate) = (Portal::current(), Gate::new());
            let opening = gate.clone();
            let thread = thread::spawn(move || portal.call(async move { opening.open() }));
            gate.pass().await;
            yield_now().await;
            thread.join().unwrap().unwrap();
        });
    });
}

#[test]
fn a_panic_is_that_of_the_thread_and_of_nobody_else() {
    bounded(|| {
        let reports = Counter::new();
        let counting = reports.clone();
        let runtime = Runtime::builder().threads(1).error_hook(move |_| counting.add());
        runtime.build().run(async {
            let payload = foreign(|portal| {
                let call = AssertUnwindSafe(|| portal.call(async { panic_any(7_u32) }));
                *catch_unwind(call).map(drop).unwrap_err().downcast::<u32>().unwrap()
            });
            assert_eq!(payload.await, 7);
        });
        assert_eq!(reports.get(), 0);
    });
}

// S385
#[test]
fn a_limit_of_time_cancels_it() {
    bounded(|| {
        run(async {
            let drops = Counter::new();
            let (polls, dropping) = (Counter::new(), drops.clone());
            let late = foreign(move |portal| {
                let future = counted(pending::<()>(), &polls, &dropping);
                portal.call(timeout(Duration::from_millis(1), future))
            });
            assert!(late.await.unwrap().is_err());
            assert_eq!(drops.get(), 1);
        });
    });
}

// S393
#[test]
fn a_thread_can_start_tasks_cancel_them_and_wait() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let exiting = log.clone();
            let (value, error) = foreign(move |portal| {
                let one = portal.spawn(async { 1 }).unwrap();
                let two = portal.spawn(async { 2 }).unwrap();
                let exit = |_| async move {
                    yield_now().await;
                    exiting.add("exit");
                };
                let begun = Gate::new();
                let opening = begun.clone();
                let body = async move {
                    opening.open();
                    pending::<()>().await;
                };
                let stopped = portal.spawn(finally(body, exit)).unwrap();
                portal.call(async move { begun.pass().await }).unwrap();
                stopped.cancel_with("enough");
                let error = portal.call(stopped.into_future()).unwrap().unwrap_err();
                let sum = portal.call(async { one.await.unwrap() + two.await.unwrap() });
                (sum.unwrap(), error)
            })
            .await;
            assert_eq!((value, log.get().as_str()), (3, "exit"));
            assert_eq!(error.reason().unwrap().message(), Some("enough"));
        });
    });
}

// S389
#[test]
fn the_end_of_main_cancels_what_a_thread_waits_for() {
    bounded(|| {
        let log = Log::new();
        let exiting = log.clone();
        let thread = run(async move {
            let (portal, begun) = (Portal::current(), Gate::new());
            let opening = begun.clone();
            let ending = exiting.clone();
            let thread = thread::spawn(move || {
                let exit = |_| async move {
                    yield_now().await;
                    exiting.add("exit");
                };
                let body = async move {
                    opening.open();
                    pending::<()>().await;
                };
                let error = portal.call(finally(body, exit)).unwrap_err();
                ending.add("thread");
                assert!(error.is_cancelled() && !error.is_closed());
                assert_eq!(error.reason().unwrap().message(), Some("main has ended"));
                let text = error.to_string();
                assert!(text.starts_with("task `task-"), "{text}");
                assert!(text.contains(" was cancelled: main has ended (`main`, run at "), "{text}");
            });
            begun.pass().await;
            thread
        });
        thread.join().unwrap();
        assert_eq!(log.get(), "exit thread");
    });
}

// S393
#[test]
fn when_main_has_ended_it_refuses_and_drops_the_future() {
    bounded(|| {
        let portal = run(async { Portal::current() });
        assert!(portal.is_closed());
        let (polls, drops) = (Counter::new(), Counter::new());
        let error = portal.call(counted(async { 42 }, &polls, &drops)).unwrap_err();
        assert_eq!((polls.get(), drops.get()), (0, 1));
        assert!(error.is_closed() && !error.is_cancelled() && error.reason().is_none());
        assert_eq!(error.to_string(), "main has ended: the runtime takes no more tasks");
        // A task is refused as by a handle, and given back.
        let future = portal.spawn(counted(async { 42 }, &polls, &drops)).unwrap_err().into_inner();
        assert_eq!(drops.get(), 1);
        drop(future);
    });
}

// While the exits run a plain thread is refused; a call that an exit waits for is not.
#[test]
fn an_exit_that_blocks_may_still_use_it() {
    bounded(|| {
        let log = Log::new();
        let noting = log.clone();
        run(async move {
            let (portal, begun) = (Portal::current(), Gate::new());
            let opening = begun.clone();
            let body = async move {
                opening.open();
                pending::<()>().await;
            };
            let exit = |_| async move {
                assert!(portal.is_closed());
                let foreign = portal.clone();
                let thread = thread::spawn(move || foreign.call(async {}).is_err());
                let call = to_thread(move || (thread.join().unwrap(), portal.call(async { 42 })));
                let (refused, value) = call.await;
                noting.add(format!("{refused} {}", value.unwrap()));
            };
            drop(spawn(finally(body, exit)));
            begun.pass().await;
        });
        assert_eq!(log.get(), "true 42");
    });
}

#[test]
fn many_threads_use_it_at_once() {
    bounded(|| {
        taipan::run(async {
            let portal = Portal::from(Handle::current());
            let threads: Vec<_> = (0..8_u64)
                .map(|number| {
                    let portal = portal.clone();
                    thread::spawn(move || {
                        (0..100)
                            .map(|step| {
                                let future = async move {
                                    yield_now().await;
                                    number * step
                                };
                                portal.call(future).unwrap()
                            })
                            .sum::<u64>()
                    })
                })
                .collect();
            let sums = to_thread(|| threads.into_iter().map(|thread| thread.join().unwrap()).sum());
            let sum: u64 = sums.await;
            assert_eq!(sum, 28 * 4950);
            assert_eq!(tasks().len(), 1);
        });
    });
}

// S387
#[test]
fn in_async_code_it_panics_and_says_what_to_write() {
    bounded(|| {
        run(async {
            let portal = Portal::current();
            let drops = Counter::new();
            let dropping = drops.clone();
            let guard = on_drop(move || dropping.add());
            let call = AssertUnwindSafe(|| portal.call(async move { drop(guard) }));
            let payload = catch_unwind(call).map(drop).unwrap_err();
            assert_eq!(
                *payload.downcast_ref::<String>().unwrap(),
                "`Portal::call` was called in async code, where it would block the loop that it waits for: write `.await`"
            );
            assert_eq!((drops.get(), tasks().len()), (1, 1));
        });
    });
}

// S388
#[test]
fn outside_a_runtime_there_is_none() {
    let payload = catch_unwind(Portal::current).map(drop).unwrap_err();
    assert_eq!(
        *payload.downcast_ref::<&str>().unwrap(),
        "no runtime here: call `Portal::current` inside `taipan::run(..)`, and pass it on"
    );
}

// K269: what a thread starts begins in the order in which it was started, behind what runs already.
#[test]
fn tasks_of_a_thread_begin_in_order() {
    bounded(|| {
        run(async {
            let (tell, told) = mpsc::channel();
            foreign(move |portal| {
                for number in 0..100 {
                    let tell = tell.clone();
                    portal.spawn(async move { tell.send(number).unwrap() }).unwrap().detach();
                }
                portal.call(async {}).unwrap();
            })
            .await;
            assert_eq!(told.try_iter().collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
        });
    });
}
