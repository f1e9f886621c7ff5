//! A request to end a task is a level, with a reason: whatever the task waits for it ends, and nothing takes it back.
//! What ends a block inside the task does not touch the task.
#![forbid(unsafe_code)]

use std::future::pending;
use std::net::UdpSocket;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use async_io::Async;
use taipan::task::TaskState;
use taipan::{
    Handle, Runtime, TaskGroup, current, race, shield, task_group, timeout, to_thread, yield_now,
};
use taipan_tests::{Counter, Gate, bounded, counted};

#[path = "support/task.rs"]
mod support;
use support::{Place, everywhere};

// C52: the wait for a datagram that never comes; the socket is closed when the task has ended.
#[test]
fn a_task_parked_on_a_read_ends_at_the_cancel() {
    everywhere(|place| async move {
        let socket = Arc::new(Async::<UdpSocket>::bind(([127, 0, 0, 1], 0)).unwrap());
        let open = Arc::downgrade(&socket);
        let parked = Gate::new();
        let task = place.spawn({
            let parked = parked.clone();
            async move {
                let read = async { socket.recv(&mut [0]).await.map(drop) };
                let told = async {
                    parked.open();
                    pending::<()>().await;
                    Ok(())
                };
                taipan::try_gather!(read, told).await.unwrap();
            }
        });
        parked.pass().await;
        assert_eq!(open.strong_count(), 1);
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(open.strong_count(), 0);
    });
}

// C68, C69, C70, C71: asyncio counts requests, and takes them back. Here one is enough, and it stays: whatever becomes
// of the handle, and however often it was asked.
#[test]
fn a_request_is_not_taken_back() {
    for local in [false, true] {
        for detach in [false, true] {
            bounded(move || {
                let place = Place { threads: 1, local };
                Runtime::builder().threads(1).build().run(async move {
                    let (polls, drops) = (Counter::new(), Counter::new());
                    let task = place.spawn(counted(async {}, &polls, &drops));
                    task.cancel();
                    task.cancel();
                    assert_eq!(task.info().state(), TaskState::Cancelling);
                    if detach {
                        task.detach();
                    } else {
                        drop(task);
                    }
                    yield_now().await;
                    assert_eq!((polls.get(), drops.get()), (0, 1));
                });
            });
        }
    }
}

// C72, H161, I210: by its own timeout, a lost race, its own group. The task is not cancelling, neither then nor later,
// and can be cancelled all the same.
#[test]
fn a_block_that_was_ended_leaves_its_task_undisturbed() {
    everywhere(|place| async move {
        let (done, begun) = (Counter::new(), Gate::new());
        let task = place.spawn({
            let (done, begun) = (done.clone(), begun.clone());
            async move {
                let undisturbed = async || {
                    assert_eq!(current().state(), TaskState::Pending);
                    yield_now().await;
                    done.add();
                };
                assert!(timeout(Duration::ZERO, pending::<()>()).await.is_err());
                undisturbed().await;
                race!(pending::<()>(), yield_now()).await;
                undisturbed().await;
                let group = task_group(async |tg: &TaskGroup| {
                    tg.cancel("enough");
                    pending::<()>().await;
                });
                assert!(group.await.unwrap_err().is_cancelled());
                undisturbed().await;
                let group = task_group(async |tg: &TaskGroup| {
                    tg.spawn(async { Err::<(), _>("no") });
                    pending::<()>().await;
                });
                assert_eq!(group.await.unwrap_err().len(), 1);
                undisturbed().await;
                begun.open();
                pending::<()>().await;
            }
        });
        begun.pass().await;
        assert_eq!(done.get(), 4);
        assert!(task.stop().await.is_none());
    });
}

// C77: a blocking call cannot be stopped at once. Cancelled twice, and shielded as well, the task ends once: when the call
// has returned, for the first reason.
#[test]
fn what_cannot_be_stopped_at_once_ends_the_task_once_it_has() {
    everywhere(|place| async move {
        for shielded in [false, true] {
            let (begun, drops) = (Gate::new(), Counter::new());
            let (release, released) = mpsc::channel::<()>();
            let call = {
                let begun = begun.clone();
                to_thread(move || {
                    begun.open();
                    let _ = released.recv();
                })
            };
            let body = async move { if shielded { shield(call).await } else { call.await } };
            let mut task = place.spawn(counted(body, &Counter::new(), &drops));
            begun.pass().await;
            assert!(task.cancel_with("first"));
            while drops.get() == 0 {
                yield_now().await; // the body is gone, and the call goes on
            }
            assert!(task.cancel_with("second"));
            yield_now().await;
            assert!(!task.is_finished());
            drop(release);
            let error = (&mut task).await.unwrap_err();
            assert_eq!(error.reason().unwrap().message(), Some("first"));
            assert!(!task.cancel());
        }
    });
}

// C64
#[test]
fn the_reason_says_who_why_and_where() {
    everywhere(|place| async move {
        let task = place.spawn(pending::<()>());
        let here = std::panic::Location::caller().line();
        task.cancel_with("the user left");
        let error = task.await.unwrap_err();
        let reason = error.reason().unwrap();
        assert_eq!((reason.message(), reason.by()), (Some("the user left"), Some("main")));
        let line = reason.location().unwrap();
        assert!(line.file().ends_with("task_level.rs"));
        assert_eq!(line.line(), here + 1);
        let said = format!("was cancelled: the user left (asked by `main` at {line})");
        assert!(error.to_string().ends_with(&said), "{error}");

        let task = place.spawn(pending::<()>());
        task.cancel();
        let error = task.await.unwrap_err();
        assert_eq!(error.reason().unwrap().message(), None);
        assert!(error.to_string().contains("was cancelled (asked by `main` at "), "{error}");
    });
}

#[test]
fn a_foreign_thread_cancels_under_no_name() {
    everywhere(|place| async move {
        let mut task = place.spawn(pending::<()>());
        std::thread::scope(|scope| scope.spawn(|| assert!(task.cancel())).join().unwrap());
        let error = (&mut task).await.unwrap_err();
        assert_eq!(error.reason().unwrap().by(), None);
        assert!(error.reason().unwrap().location().is_some());
    });
}

// C66, C68, C75: a level and no counter: two are one, and the first reason stays.
#[test]
fn the_first_reason_stays() {
    everywhere(|place| async move {
        let (polls, drops) = (Counter::new(), Counter::new());
        let task = place.spawn(counted(pending::<()>(), &polls, &drops));
        assert!(task.cancel_with("first"));
        task.cancel_with("second");
        task.cancel();
        let error = task.await.unwrap_err();
        assert_eq!(error.reason().unwrap().message(), Some("first"));
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn a_handle_spawns_a_task_that_can_be_cancelled_from_its_thread() {
    bounded(|| {
        Runtime::builder().threads(1).build().run(async {
            let handle = Handle::current();
            let thread = move || {
                let task = handle.spawn(pending::<()>()).unwrap();
                assert!(task.cancel_with("from outside"));
                task
            };
            let task = to_thread(thread).await;
            let error = task.await.unwrap_err();
            assert_eq!(error.reason().unwrap().message(), Some("from outside"));
        });
    });
}
