//! Cancelling a task: when it takes effect, and what is dropped, in which order.
//!
//! Most tests run in each of the places: on one and on four threads, as a task of any worker and as one of its own thread.
#![forbid(unsafe_code)]

use std::future::{pending, poll_fn, ready};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use taipan::task::TaskState;
use taipan::{Runtime, Task, current, sleep, spawn, spawn_local, yield_now};
use taipan_tests::{Counter, Gate, Log, bounded, counted, on_drop};

#[path = "support/task.rs"]
mod support;
use support::{Place, everywhere};

/// Says a word when it is dropped.
fn says(log: &Log, word: &str) -> impl Send + use<> {
    let (log, word) = (log.clone(), word.to_owned());
    on_drop(move || log.add(word))
}

// C49
#[test]
fn a_parked_task_ends_as_cancelled() {
    everywhere(|place| async move {
        let (polls, drops, parked) = (Counter::new(), Counter::new(), Gate::new());
        let body = {
            let parked = parked.clone();
            async move {
                parked.open();
                pending::<()>().await;
            }
        };
        let mut task = place.spawn(counted(body, &polls, &drops));
        parked.pass().await;
        assert!(task.cancel());
        assert!((&mut task).await.unwrap_err().is_cancelled());
        assert_eq!((polls.get(), drops.get()), (1, 1)); // dropped, and not polled again
        assert!(!task.cancel());
        assert!(!task.cancel_with("too late"));
    });
}

// C50
#[test]
fn a_cancel_takes_effect_at_the_next_turn_and_not_at_the_call() {
    for local in [false, true] {
        bounded(move || {
            let place = Place { threads: 1, local };
            Runtime::builder().threads(1).build().run(async move {
                let (polls, drops) = (Counter::new(), Counter::new());
                let task = place.spawn(counted(pending::<()>(), &polls, &drops));
                yield_now().await;
                task.cancel();
                assert_eq!((task.info().state(), drops.get()), (TaskState::Cancelling, 0));
                assert!(!task.is_finished());
                yield_now().await;
                assert_eq!((task.info().state(), drops.get()), (TaskState::Finished, 1));
                assert!(task.is_finished());
                assert_eq!(polls.get(), 1);
            });
        });
    }
}

// C50: it is still `cancelling` while its exits run.
#[test]
fn a_task_ends_only_after_its_exits() {
    everywhere(|place| async move {
        let (entered, exiting, gate, log) = (Gate::new(), Gate::new(), Gate::new(), Log::new());
        let mut task = place.spawn({
            let (entered, exiting) = (entered.clone(), exiting.clone());
            let (gate, log) = (gate.clone(), log.clone());
            async move {
                let body = async move {
                    entered.open();
                    pending::<()>().await;
                };
                let exit = async move |_| {
                    exiting.open();
                    gate.pass().await;
                    log.add("exit");
                };
                taipan::finally(body, exit).await;
            }
        });
        entered.pass().await;
        task.cancel();
        exiting.pass().await;
        assert!(task.cancel()); // C77: once more changes nothing
        assert_eq!(task.info().state(), TaskState::Cancelling);
        assert!(!task.is_finished());
        gate.open();
        assert!((&mut task).await.unwrap_err().is_cancelled());
        assert_eq!(log.get(), "exit");
    });
}

// C51
#[test]
fn a_task_that_only_yields_is_cancelled() {
    everywhere(|place| async move {
        let (drops, begun) = (Counter::new(), Gate::new());
        let body = {
            let begun = begun.clone();
            async move {
                loop {
                    begun.open();
                    yield_now().await;
                }
            }
        };
        let task = place.spawn(counted(body, &Counter::new(), &drops));
        begun.pass().await;
        assert!(task.cancel());
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(drops.get(), 1);
    });
}

// C52, C55, C56: down to the leaf, and not when the leaf would have ended.
#[test]
fn a_sleeping_task_ends_at_the_cancel() {
    everywhere(|place| async move {
        async fn inner() {
            sleep(Duration::from_secs(3600)).await;
        }
        let task = place.spawn(async { inner().await });
        yield_now().await;
        task.cancel(); // the test would take more than its minute
        assert!(task.await.unwrap_err().is_cancelled());
    });
}

// C53
#[test]
fn who_awaits_a_cancelled_task_is_told_and_not_cancelled() {
    everywhere(|place| async move {
        let inner = place.spawn(pending::<()>());
        inner.cancel();
        let outer = place.spawn(ready(())); // any other task
        assert!(inner.await.unwrap_err().is_cancelled());
        outer.await.unwrap();
    });
}

// C57, C58, C61: nothing of the cancelled code runs again: it cannot catch the cancellation.
#[test]
fn a_cancelled_body_is_never_polled_again() {
    everywhere(|place| async move {
        let (polls, drops, waker) = (Counter::new(), Counter::new(), Arc::new(Mutex::new(None)));
        let begun = Gate::new();
        let body = {
            let (waker, begun) = (Arc::clone(&waker), begun.clone());
            poll_fn(move |cx| {
                *waker.lock().unwrap() = Some(cx.waker().clone());
                begun.open();
                Poll::<()>::Pending
            })
        };
        let mut task = place.spawn(counted(body, &polls, &drops));
        begun.pass().await;
        task.cancel();
        let waker = waker.lock().unwrap().take().unwrap();
        waker.wake_by_ref(); // it is both woken and cancelled: the cancellation goes first
        (&mut task).await.unwrap_err();
        for _ in 0..3 {
            waker.wake_by_ref();
            yield_now().await;
        }
        assert_eq!((polls.get(), drops.get()), (1, 1));
    });
}

// C59
#[test]
fn a_task_that_cancels_itself_ends_at_its_next_await() {
    everywhere(|place| async move {
        let log = Log::new();
        let (slot, gate) = (Arc::new(Mutex::new(None::<Task<()>>)), Gate::new());
        let task = place.spawn({
            let (slot, gate, log) = (Arc::clone(&slot), gate.clone(), log.clone());
            async move {
                gate.pass().await;
                assert!(slot.lock().unwrap().as_ref().unwrap().cancel());
                log.add("on");
                assert_eq!(current().state(), TaskState::Cancelling);
                pending::<()>().await;
                log.add("never");
            }
        });
        *slot.lock().unwrap() = Some(task);
        gate.open();
        while !slot.lock().unwrap().as_ref().unwrap().is_finished() {
            yield_now().await;
        }
        let task = slot.lock().unwrap().take().unwrap();
        let error = task.await.unwrap_err();
        assert_eq!(error.reason().unwrap().by(), Some("subject"));
        assert_eq!(log.get(), "on");
    });
}

// C60
#[test]
fn a_task_that_cancels_itself_cancels_the_task_it_then_awaits() {
    everywhere(|place| async move {
        let (slot, gate, log) = (Arc::new(Mutex::new(None::<Task<()>>)), Gate::new(), Log::new());
        let task = place.spawn({
            let (slot, gate, log) = (Arc::clone(&slot), gate.clone(), log.clone());
            async move {
                gate.pass().await;
                let held = says(&log, "inner");
                let inner = place.spawn(async move {
                    let _held = held;
                    pending::<()>().await;
                });
                slot.lock().unwrap().as_ref().unwrap().cancel();
                drop(inner.await);
                log.add("never");
            }
        });
        *slot.lock().unwrap() = Some(task);
        gate.open();
        while !slot.lock().unwrap().as_ref().unwrap().is_finished() {
            yield_now().await;
        }
        assert_eq!(log.get(), "inner");
    });
}

// C61: taipan keeps the value of a body that ends without another await.
#[test]
fn a_body_that_had_ended_keeps_its_value() {
    everywhere(|place| async move {
        let (slot, gate) = (Arc::new(Mutex::new(None::<Task<i32>>)), Gate::new());
        let task = place.spawn({
            let (slot, gate) = (Arc::clone(&slot), gate.clone());
            async move {
                gate.pass().await;
                assert!(slot.lock().unwrap().as_ref().unwrap().cancel());
                42
            }
        });
        *slot.lock().unwrap() = Some(task);
        gate.open();
        while !slot.lock().unwrap().as_ref().unwrap().is_finished() {
            yield_now().await;
        }
        let task = slot.lock().unwrap().take().unwrap();
        assert_eq!(task.await.unwrap(), 42);
    });
}

// C62: no line of the body runs; what it was given is dropped all the same.
#[test]
fn a_task_cancelled_before_its_first_poll_drops_its_arguments() {
    for local in [false, true] {
        bounded(move || {
            let place = Place { threads: 1, local };
            Runtime::builder().threads(1).build().run(async move {
                let (polls, drops, log) = (Counter::new(), Counter::new(), Log::new());
                let held = says(&log, "argument");
                let body = async move {
                    let _held = held;
                };
                let task = place.spawn(counted(body, &polls, &drops));
                assert!(task.cancel_with("at once"));
                assert_eq!(log.get(), "");
                let error = task.await.unwrap_err();
                assert_eq!(error.reason().unwrap().message(), Some("at once")); // C64
                assert_eq!((polls.get(), drops.get()), (0, 1));
                assert_eq!(log.get(), "argument");
            });
        });
    }
}

// C73
#[test]
fn a_panic_while_it_is_cancelled_is_the_tasks_end() {
    everywhere(|place| async move {
        let begun = Gate::new();
        let task = place.spawn({
            let begun = begun.clone();
            async move {
                let _bomb = on_drop(|| std::panic::resume_unwind(Box::new("in a destructor")));
                begun.open();
                pending::<()>().await;
            }
        });
        begun.pass().await;
        task.cancel();
        let error = task.await.unwrap_err();
        assert!(error.is_panic() && !error.is_cancelled());
        assert_eq!(error.into_panic().unwrap().downcast_ref(), Some(&"in a destructor"));
        place.spawn(ready(())).await.unwrap(); // the worker is alive
    });
}

// C78
#[test]
fn the_locals_of_a_cancelled_task_are_dropped_in_order_before_its_end() {
    everywhere(|place| async move {
        let (log, begun) = (Log::new(), Gate::new());
        let task = place.spawn({
            let (log, begun) = (log.clone(), begun.clone());
            async move {
                let _first = says(&log, "first");
                let _second = says(&log, "second");
                let inner = async {
                    let _inner = says(&log, "inner");
                    begun.open();
                    pending::<()>().await;
                };
                inner.await;
            }
        });
        begun.pass().await;
        task.cancel();
        task.await.unwrap_err();
        assert_eq!(log.get(), "inner second first");
    });
}

// A cancel from another worker, while the body is in the midst of a poll.
#[test]
fn a_task_that_is_being_polled_ends_after_that_poll() {
    bounded(|| {
        Runtime::builder().threads(2).build().run(async {
            let (polls, drops) = (Counter::new(), Counter::new());
            let (inside, is_inside) = std::sync::mpsc::channel();
            let (go, may_go) = std::sync::mpsc::channel();
            let body = poll_fn(move |_| {
                inside.send(()).unwrap();
                may_go.recv().unwrap();
                Poll::<()>::Pending
            });
            let task = spawn(counted(body, &polls, &drops));
            is_inside.recv().unwrap(); // the other worker polls it
            assert!(task.cancel());
            assert_eq!(drops.get(), 0);
            go.send(()).unwrap();
            assert!(task.await.unwrap_err().is_cancelled());
            assert_eq!((polls.get(), drops.get()), (1, 1));
        });
    });
}

// A future that is not `Send` is cancelled on its own thread.
#[test]
fn a_local_task_is_dropped_on_its_own_thread() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let home = std::thread::current().id();
            let seen = Arc::new(Mutex::new(None));
            let task = spawn_local({
                let seen = Arc::clone(&seen);
                async move {
                    let note = std::rc::Rc::new(seen);
                    let _noted = on_drop(|| {
                        *note.lock().unwrap() = Some(std::thread::current().id());
                    });
                    pending::<()>().await;
                }
            });
            yield_now().await;
            let foreign = std::thread::spawn(move || {
                task.cancel();
                task
            });
            foreign.join().unwrap().await.unwrap_err();
            assert_eq!(*seen.lock().unwrap(), Some(home));
        });
    });
}
