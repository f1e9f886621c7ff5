//! Futures that hold a resource and are moved: between tasks, between threads, from one scope into another.

use std::future::pending;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use futures_lite::future::or;
use taipan::task::TaskKind;
use taipan::{Runtime, TaskInfo, spawn, spawn_local, tasks, timeout};
use taipan_tests::{Gate, poll_once};

use crate::support::{ENDED, HELD, check, check_anywhere, held, hold};

#[test]
fn moved_into_another_task_that_drops_it() {
    check(
        async |log| {
            for local in [false, true] {
                let moved = held(&log);
                let body = async move { drop(moved) };
                let task = if local { spawn_local(body) } else { spawn(body) };
                task.await.unwrap();
                log.add("end");
            }
        },
        &format!("{HELD} {ENDED} end {HELD} {ENDED} end"),
    );
}

#[test]
fn moved_into_another_task_that_is_cancelled() {
    check(
        async |log| {
            for local in [false, true] {
                let (moved, polled) = (held(&log), Gate::new());
                let body = {
                    let polled = polled.clone();
                    async move {
                        let never = async move {
                            polled.open();
                            pending::<()>().await;
                        };
                        or(moved, never).await;
                    }
                };
                let task = if local { spawn_local(body) } else { spawn(body) };
                polled.pass().await;
                assert!(task.stop().await.is_none());
                log.add("end");
            }
        },
        &format!("{HELD} {ENDED} end {HELD} {ENDED} end"),
    );
}

// Its first scope has long ended when the second one drops it.
#[test]
fn re_parented_from_one_scope_into_another() {
    check_anywhere(
        async |log| {
            let mut moved = Box::pin(hold(log.clone()));
            assert!(timeout(Duration::ZERO, moved.as_mut()).await.is_err());
            log.add("first");
            assert!(timeout(Duration::ZERO, moved).await.is_err());
            log.add("end");
        },
        &format!("{HELD} first {ENDED} end"),
    );
}

// From the task that made it through a thread that polls it into a second task that ends it.
#[test]
fn polled_on_three_threads() {
    check(
        async |log| {
            let moved = held(&log);
            let (send, sent) = mpsc::channel();
            let foreign = thread::spawn(move || {
                let mut moved = moved;
                assert!(poll_once(Pin::new(&mut moved)).is_pending());
                send.send(moved).unwrap();
            });
            foreign.join().unwrap();
            let task =
                spawn(async move { drop(timeout(Duration::ZERO, sent.recv().unwrap()).await) });
            task.await.unwrap();
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

// Nobody is there to wait: the runtime of the guard runs the exits as a task, and its run waits for that.
#[test]
fn dropped_on_a_foreign_thread() {
    check(
        async |log| {
            let moved = held(&log);
            thread::spawn(move || drop(moved)).join().unwrap();
        },
        &format!("{HELD} {ENDED}"),
    );
}

// And that task is listed as a cleanup while it runs.
#[test]
fn dropped_on_a_foreign_thread_it_is_a_task() {
    for threads in [1, 4] {
        Runtime::builder().threads(threads).build().run(async {
            let (exiting, go) = (Gate::new(), Gate::new());
            let exit = {
                let (exiting, go) = (exiting.clone(), go.clone());
                move |_| async move {
                    exiting.open();
                    go.pass().await;
                }
            };
            let mut moved = Box::pin(taipan::finally(pending::<()>(), exit));
            assert!(poll_once(moved.as_mut()).is_pending());
            thread::spawn(move || drop(moved)).join().unwrap();
            exiting.pass().await;
            let kinds: Vec<_> = tasks().iter().map(TaskInfo::kind).collect();
            assert_eq!(kinds, [TaskKind::Main, TaskKind::Cleanup]);
            go.open();
        });
    }
}

// A scope goes there with what it holds: that is its host's as well.
#[test]
fn a_scope_dropped_on_a_foreign_thread() {
    check(
        async |log| {
            let mut scope = Box::pin(timeout(Duration::from_secs(3600), hold(log)));
            assert!(poll_once(scope.as_mut()).is_pending());
            thread::spawn(move || drop(scope)).join().unwrap();
        },
        &format!("{HELD} {ENDED}"),
    );
}
