//! Handles of tasks and of runtimes, once the run is over.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::{
    Handle, Portal, Task, current, spawn, spawn_local, task_group, tasks, to_thread, yield_now,
};
use taipan_tests::{Counter, bounded, counted, poll_once};

use crate::{hasty, panic_of, patient, soon};

/// Handles of a task that has ended well, of one that has panicked, and of two that were cut off by the end of the run.
fn left(threads: usize) -> Vec<Task<u8>> {
    patient(threads).run(async {
        let mut tasks = vec![
            spawn(async { 1 }),
            spawn(async { panic!("a task's own") }),
            spawn(pending::<u8>()),
            spawn_local(pending::<u8>()),
        ];
        while !(tasks[0].is_finished() && tasks[1].is_finished()) {
            yield_now().await;
        }
        tasks.push(spawn(pending::<u8>())); // never polled, perhaps
        tasks
    })
}

#[test]
fn a_task_is_looked_at_cancelled_and_awaited_after_its_run() {
    bounded(|| {
        for threads in [1, 2] {
            for elsewhere in 0..3 {
                for (n, mut task) in left(threads).into_iter().enumerate() {
                    assert!(task.is_finished() && !task.cancel() && !task.cancel_with("late"));
                    assert_eq!(task.info().id(), task.id());
                    assert!(format!("{task:?} {}", task.name()).contains("Finished"));
                    assert!(poll_once(Box::pin((&mut task).into_future()).as_mut()).is_ready());
                    // Taken already.
                    let again = panic_of(|| block_on(task.into_future())).unwrap();
                    assert!(again.contains("has been taken already"), "{again}");
                    let task = left(threads).swap_remove(n);
                    let stopped = match elsewhere {
                        0 => block_on(task.stop()),
                        1 => hasty(1).run(task.stop()),
                        _ => hasty(2).run(async { spawn(task.stop()).await.unwrap() }),
                    };
                    assert_eq!(stopped, (n == 0).then_some(1));
                }
            }
        }
    });
}

#[test]
fn handles_go_after_their_run_on_any_thread_half_awaited_or_not() {
    bounded(|| {
        for threads in [1, 2] {
            for (n, mut task) in left(threads).into_iter().enumerate() {
                match n % 3 {
                    0 => drop(task.into_future()),
                    1 => drop((&mut task).into_future()),
                    _ => {}
                }
            }
            let tasks = left(threads);
            thread::spawn(move || drop(tasks)).join().unwrap();
            let tasks = left(threads);
            hasty(1).run(async { tasks.into_iter().for_each(drop) });
            let unit = hasty(threads).run(async { spawn(pending::<()>()) });
            unit.detach();
            let failing = hasty(threads).run(async { spawn(async { Err::<(), _>("late") }) });
            failing.detach();
        }
    });
}

// While the run ends, from another thread.
#[test]
fn a_task_is_cancelled_and_dropped_by_a_thread_while_its_run_ends() {
    bounded(|| {
        for threads in [1, 2] {
            for round in 0..50 {
                let (polls, drops) = (Counter::new(), Counter::new());
                let go = Arc::new(AtomicBool::new(false));
                let other = hasty(threads).run(async {
                    let tasks: Vec<_> =
                        (0..10).map(|_| spawn(counted(pending::<()>(), &polls, &drops))).collect();
                    let locals: Vec<_> = (0..10)
                        .map(|_| spawn_local(counted(pending::<()>(), &polls, &drops)))
                        .collect();
                    yield_now().await;
                    let go_there = Arc::clone(&go);
                    let other = thread::spawn(move || {
                        while !go_there.load(Ordering::Relaxed) {
                            std::hint::spin_loop();
                        }
                        for (n, task) in tasks.into_iter().chain(locals).enumerate() {
                            match (n + round) % 4 {
                                0 => drop(task.cancel()),
                                1 => drop(block_on(task.into_future())),
                                2 => drop(poll_once(Box::pin(task.into_future()).as_mut())),
                                _ => drop(task),
                            }
                        }
                    });
                    go.store(true, Ordering::Relaxed);
                    other
                });
                other.join().unwrap();
                soon(|| drops.get() == 20);
            }
        }
    });
}

#[test]
fn a_handle_of_a_runtime_refuses_after_its_run() {
    bounded(|| {
        for threads in [1, 2] {
            let (handle, portal) =
                hasty(threads).run(async { (Handle::current(), Portal::current()) });
            assert!(handle.is_closed() && portal.is_closed());
            let (polls, drops) = (Counter::new(), Counter::new());
            let future = || counted(async {}, &polls, &drops);
            let refused = handle.spawn(future()).unwrap_err();
            assert_eq!(drops.get(), 0);
            block_on(refused.into_inner());
            assert!(portal.spawn(future()).is_err());
            assert!(portal.call(future()).unwrap_err().is_closed());
            hasty(1).run(async {
                assert!(handle.spawn(future()).is_err());
                let message = panic_of(|| portal.call(future())).unwrap();
                assert!(message.contains("would block the loop"), "{message}");
                to_thread(move || assert!(portal.call(async {}).unwrap_err().is_closed())).await;
            });
            assert_eq!((polls.get(), drops.get()), (1, 5));
        }
    });
}

// Each either runs, or is given back, or is told that it was cancelled; none is lost.
#[test]
fn threads_spawn_while_the_run_ends() {
    bounded(|| {
        for threads in [1, 2] {
            for _ in 0..50 {
                let (polls, drops) = (Counter::new(), Counter::new());
                let spawners = hasty(threads).run(async {
                    let handle = Handle::current();
                    let spawners: Vec<_> = (0..2)
                        .map(|_| {
                            let (handle, polls, drops) =
                                (handle.clone(), polls.clone(), drops.clone());
                            thread::spawn(move || {
                                let mut spawned = 0;
                                loop {
                                    spawned += 1;
                                    let Ok(task) = handle.spawn(counted(async {}, &polls, &drops))
                                    else {
                                        return spawned;
                                    };
                                    if spawned % 2 == 0 {
                                        let ended = block_on(task.into_future());
                                        assert!(ended.is_ok_and(|()| true) || handle.is_closed());
                                    }
                                }
                            })
                        })
                        .collect();
                    while polls.get() < 5 {
                        yield_now().await;
                    }
                    spawners
                });
                let spawned: usize =
                    spawners.into_iter().map(|spawner| spawner.join().unwrap()).sum();
                soon(|| drops.get() == spawned);
            }
        }
    });
}

#[test]
fn what_needs_a_run_says_so_where_there_is_none() {
    let no_runtime = |message: Option<String>| {
        let message = message.expect("it panics");
        assert!(message.contains("no runtime here") || message.contains("no task"), "{message}");
    };
    no_runtime(panic_of(|| spawn(async {})));
    no_runtime(panic_of(|| spawn_local(async {})));
    no_runtime(panic_of(tasks));
    no_runtime(panic_of(current));
    no_runtime(panic_of(Handle::current));
    no_runtime(panic_of(Portal::current));
    no_runtime(panic_of(|| block_on(to_thread(|| {}))));
    // And a group, whose children are tasks.
    no_runtime(panic_of(|| {
        block_on(async {
            let _ = task_group(async |group| {
                drop(group.spawn(async {}));
            })
            .await;
        });
    }));
}

#[test]
fn a_run_inside_a_run_is_refused_wherever_it_is_tried() {
    bounded(|| {
        let refused = |message: Option<String>| {
            let message = message.expect("it panics");
            assert!(message.contains("inside a run of this thread"), "{message}");
        };
        hasty(2).run(async {
            refused(panic_of(|| taipan::run(async {})));
            spawn(async move { refused(panic_of(|| taipan::run(async {}))) }).await.unwrap();
            // In a destructor, while a task is cancelled.
            let task = spawn(async move {
                let _on_drop = taipan_tests::on_drop(move || {
                    refused(panic_of(|| taipan::run(async {})));
                });
                pending::<()>().await;
            });
            yield_now().await;
            assert!(task.stop().await.is_none());
            // A call has a thread of its own.
            to_thread(|| taipan::run(async {})).await;
        });
    });
}

// The hook of one run is told by whatever thread is last.
#[test]
fn a_panic_that_nobody_has_read_is_dropped_after_the_run() {
    bounded(|| {
        let told = Counter::new();
        let hook = told.clone();
        let runtime = taipan::Runtime::builder()
            .threads(1)
            .shutdown_timeout(Duration::ZERO)
            .error_hook(move |_| {
                hook.add();
                panic!("a bad hook");
            })
            .build();
        let task = runtime.run(async {
            let task = spawn(async { panic!("nobody looks") });
            while !task.is_finished() {
                yield_now().await;
            }
            task
        });
        assert_eq!(told.get(), 0);
        let dropped =
            thread::spawn(move || catch_unwind(AssertUnwindSafe(|| drop::<Task<()>>(task))));
        assert!(dropped.join().unwrap().is_ok());
        assert_eq!(told.get(), 1);
    });
}
