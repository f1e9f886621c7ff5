//! Cancelling a task: when it takes effect, what is dropped and in which order, and who waits.
//!
//! Most tests run in each of the [`PLACES`]: on one and on four threads, as a task of any worker and as
//! one of its own thread.
#![forbid(unsafe_code)]

use std::future::{pending, poll_fn, ready};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use taipan::task::TaskState;
use taipan::{Handle, Runtime, Task, current, sleep, spawn, spawn_local, tasks, yield_now};
use taipan_tests::{Counter, Gate, Log, bounded, counted, on_drop};

/// Where a task runs.
#[derive(Clone, Copy, Debug)]
struct Place {
    threads: usize,
    local: bool,
}

const PLACES: [Place; 4] = [
    Place { threads: 1, local: false },
    Place { threads: 1, local: true },
    Place { threads: 4, local: false },
    Place { threads: 4, local: true },
];

impl Place {
    fn spawn<F>(self, future: F) -> Task<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let builder = Task::builder().name("subject");
        if self.local { builder.spawn_local(future) } else { builder.spawn(future) }
    }
}

/// Runs `test` in each place.
fn everywhere<F: Future<Output = ()> + 'static>(test: fn(Place) -> F) {
    for place in PLACES {
        let run = move || Runtime::builder().threads(place.threads).build().run(test(place));
        bounded(run);
    }
}

/// Says a word when it is dropped.
fn says(log: &Log, word: &str) -> impl Send + use<> {
    let (log, word) = (log.clone(), word.to_owned());
    on_drop(move || log.add(word))
}

/// Says a word after a few polls.
async fn slowly(log: &Log, word: &str) {
    for _ in 0..3 {
        yield_now().await;
    }
    log.add(word);
}

// B49
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

// B50
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

// B50: it is still `cancelling` while its exits run.
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
        assert!(task.cancel()); // B77: once more changes nothing
        assert_eq!(task.info().state(), TaskState::Cancelling);
        assert!(!task.is_finished());
        gate.open();
        assert!((&mut task).await.unwrap_err().is_cancelled());
        assert_eq!(log.get(), "exit");
    });
}

// B51
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

// B52, B55, B56: down to the leaf, and not when the leaf would have ended.
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

// B53
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

// B57, B58, B61: nothing of the cancelled code runs again: it cannot catch the cancellation.
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

// B59
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

// B60
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

// B61: taipan keeps the value of a body that ends without another await.
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

// B62: no line of the body runs; what it was given is dropped all the same.
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
                assert_eq!(error.reason().unwrap().message(), Some("at once")); // B64
                assert_eq!((polls.get(), drops.get()), (0, 1));
                assert_eq!(log.get(), "argument");
            });
        });
    }
}

// B64
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
        assert!(line.file().ends_with("task_cancel.rs"));
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

// B66, B68, B75: a level and no counter: two are one, and the first reason stays.
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

// B73
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

// B78
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

#[test]
fn stop_waits_for_the_end_and_gives_the_value_of_a_body_that_had_ended() {
    everywhere(|place| async move {
        let (drops, begun) = (Counter::new(), Gate::new());
        let body = {
            let begun = begun.clone();
            async move {
                begun.open();
                pending::<i32>().await
            }
        };
        let task = place.spawn(counted(body, &Counter::new(), &drops));
        begun.pass().await;
        assert_eq!(task.stop().await, None);
        assert_eq!(drops.get(), 1);

        let task = place.spawn(ready(42));
        while !task.is_finished() {
            yield_now().await;
        }
        assert_eq!(task.stop().await, Some(42));
    });
}

#[test]
fn stop_cancels_at_its_first_poll_and_not_at_the_call() {
    everywhere(|place| async move {
        let gate = Gate::new();
        let task = place.spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        let stop = task.stop();
        assert_eq!(tasks().last().unwrap().state(), TaskState::Pending);
        drop(stop); // never polled: the task runs on
        yield_now().await;
        assert_eq!(tasks().len(), 2);
        gate.open();
        while tasks().len() > 1 {
            yield_now().await;
        }
    });
}

// Ownership: dropped while it is awaited by value, the task is cancelled, and the scope waits for it.
#[test]
fn an_owned_task_is_cancelled_with_who_awaits_it() {
    everywhere(|place| async move {
        let (log, exiting, gate) = (Log::new(), Gate::new(), Gate::new());
        let begun = Gate::new();
        let inner = place.spawn({
            let (log, exiting, gate) = (log.clone(), exiting.clone(), gate.clone());
            let begun = begun.clone();
            let body = async move {
                begun.open();
                pending::<()>().await;
            };
            taipan::finally(body, async move |_| {
                exiting.open();
                gate.pass().await;
                log.add("exit");
            })
        });
        let mut outer = place.spawn(async move { drop(inner.await) });
        begun.pass().await;
        yield_now().await;
        outer.cancel();
        exiting.pass().await;
        for _ in 0..5 {
            yield_now().await;
        }
        assert!(!outer.is_finished()); // it waits for what it owned
        gate.open();
        assert!((&mut outer).await.unwrap_err().is_cancelled());
        assert_eq!(log.get(), "exit");
    });
}

#[test]
fn an_owned_task_is_cancelled_by_a_timeout() {
    everywhere(|place| async move {
        let (polls, drops) = (Counter::new(), Counter::new());
        let task = place.spawn(counted(pending::<()>(), &polls, &drops));
        taipan::timeout(Duration::ZERO, task).await.unwrap_err();
        assert_eq!(drops.get(), 1); // its end was awaited
    });
}

#[test]
fn an_awaited_reference_only_looks() {
    everywhere(|place| async move {
        let gate = Gate::new();
        let mut task = place.spawn({
            let gate = gate.clone();
            async move {
                gate.pass().await;
                42
            }
        });
        taipan::timeout(Duration::ZERO, &mut task).await.unwrap_err();
        {
            let mut watched = std::pin::pin!((&mut task).into_future());
            assert!(futures_lite::future::poll_once(&mut watched).await.is_none());
        }
        assert_eq!(task.info().state(), TaskState::Pending);
        gate.open();
        assert_eq!(task.await.unwrap(), 42);
    });
}

// B55: three deep, cancelled from the outermost owner down; each ends before its owner reports.
#[test]
fn owned_tasks_end_from_the_leaf_up() {
    everywhere(|place| async move {
        let (log, begun) = (Log::new(), Gate::new());
        let leaf = {
            let (log, begun) = (log.clone(), begun.clone());
            let body = async move {
                begun.open();
                pending::<()>().await;
            };
            taipan::finally(body, async move |_| slowly(&log, "leaf").await)
        };
        let middle = {
            let log = log.clone();
            let body = async move { drop(place.spawn(leaf).await) };
            taipan::finally(body, async move |_| slowly(&log, "middle").await)
        };
        let outer = {
            let log = log.clone();
            let body = async move { drop(place.spawn(middle).await) };
            place.spawn(taipan::finally(body, async move |_| slowly(&log, "outer").await))
        };
        begun.pass().await;
        assert_eq!(outer.stop().await, None);
        assert_eq!(log.get(), "leaf middle outer");
        assert_eq!(tasks().len(), 1);
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
            let task = taipan::to_thread(thread).await;
            let error = task.await.unwrap_err();
            assert_eq!(error.reason().unwrap().message(), Some("from outside"));
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
