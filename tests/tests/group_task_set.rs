//! `TaskSet`: results in the order of the ends, growth, cancellation, and what happens when it is dropped.
#![forbid(unsafe_code)]

use std::future::pending;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use taipan::{
    Runtime, Task, TaskError, TaskSet, gather, spawn, spawn_local, tasks, timeout, yield_now,
};
use taipan_tests::{
    Counter, Gate, WakeCounter, bounded, counted, on_drop, poll_once, poll_with, with_exit,
};

#[path = "support/group.rs"]
mod support;
use support::{Exits, check};

/// Lets every task that can go on do so. (The test runtime has one thread, first in, first out.)
async fn turns() {
    for _ in 0..8 {
        yield_now().await;
    }
}

/// Spawns a task for each gate, which gives its index once the gate is open.
fn spawn_gated(set: &TaskSet<usize>, gates: &[Gate]) {
    for (n, gate) in gates.iter().cloned().enumerate() {
        set.spawn(async move {
            gate.pass().await;
            n
        });
    }
}

#[taipan::test]
async fn results_come_in_the_order_of_the_ends() {
    let gates: Vec<_> = (0..100).map(|_| Gate::new()).collect();
    let set = TaskSet::new();
    spawn_gated(&set, &gates);
    turns().await;
    for n in [7, 99, 0] {
        gates[n].open();
        turns().await;
    }
    for n in [7, 99, 0] {
        assert_eq!(set.join_next().await.unwrap().unwrap(), n);
    }
    assert_eq!(set.len(), 97);
    assert!(poll_once(pin!(set.join_next())).is_pending());
    gates.iter().for_each(Gate::open);
    let mut rest = Vec::new();
    while let Some(end) = set.join_next().await {
        rest.push(end.unwrap());
    }
    assert_eq!((rest.len(), set.len(), set.is_empty()), (97, 0, true));
}

// An end wakes the one who waits, and only an end does.
#[taipan::test]
async fn an_end_wakes_the_waiter_once() {
    let gates = [Gate::new(), Gate::new()];
    let set = TaskSet::new();
    spawn_gated(&set, &gates);
    let (wakes, waker) = WakeCounter::new();
    let mut next = pin!(set.join_next());
    assert!(poll_with(next.as_mut(), &waker).is_pending());
    assert!(poll_with(next.as_mut(), &waker).is_pending());
    turns().await;
    assert_eq!(wakes.get(), 0);
    gates.iter().for_each(Gate::open);
    turns().await;
    assert_eq!(wakes.get(), 1);
    assert!(matches!(poll_with(next.as_mut(), &waker), Poll::Ready(Some(Ok(0)))));
    assert!(matches!(poll_with(pin!(set.join_next()), &waker), Poll::Ready(Some(Ok(1)))));
    assert!(matches!(poll_with(pin!(set.join_next()), &waker), Poll::Ready(None)));
}

#[taipan::test]
async fn of_nothing_there_is_no_result_and_then_it_may_grow() {
    let set = TaskSet::default();
    assert!(set.join_next().await.is_none());
    set.spawn(async { 1 });
    assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
    assert!(set.join_next().await.is_none());
}

// It grows while it is awaited: by the one who waits, by a neighbour, and by its own tasks.
#[test]
fn it_grows_while_it_is_awaited() {
    check(async || {
        let set = Arc::new(TaskSet::new());
        let first = Gate::new();
        let hold = first.clone();
        set.spawn(async move {
            hold.pass().await;
            0
        });
        let producer = async {
            for n in 1..=10 {
                let own = Arc::clone(&set);
                set.spawn(async move {
                    own.spawn(async { 1_000 });
                    n
                });
                yield_now().await;
            }
            first.open();
        };
        let consumer = async {
            let mut sum = 0;
            while let Some(end) = set.join_next().await {
                sum += end.unwrap();
            }
            sum
        };
        let ((), sum) = gather!(producer, consumer).await;
        assert_eq!(sum, 10_055);
    });
}

#[taipan::test]
async fn a_dropped_join_next_loses_nothing() {
    let gates = [Gate::new(), Gate::new()];
    let set = TaskSet::new();
    spawn_gated(&set, &gates);
    let (wakes, waker) = WakeCounter::new();
    {
        let mut gone = Box::pin(set.join_next());
        assert!(poll_with(gone.as_mut(), &waker).is_pending());
        let mut stays = Box::pin(set.join_next());
        assert!(poll_with(stays.as_mut(), &waker).is_pending());
        gates[1].open();
        turns().await;
        assert_eq!(wakes.get(), 2);
        drop(gone); // it was woken, and does not look
        assert!(matches!(poll_once(stays.as_mut()), Poll::Ready(Some(Ok(1)))));
    }
    let late = timeout(Duration::ZERO, set.join_next()).await;
    assert!(late.is_err());
    let count = Arc::strong_count(&wakes);
    drop(waker);
    assert_eq!(count - Arc::strong_count(&wakes), 1);
    assert_eq!(Arc::strong_count(&wakes), 1, "who has gone is not kept");
    gates[0].open();
    assert_eq!(set.join_next().await.unwrap().unwrap(), 0);
}

#[test]
fn several_wait_and_each_result_goes_to_one() {
    check(async || {
        let set = Arc::new(TaskSet::new());
        for n in 0..1_000_u64 {
            set.spawn(async move {
                yield_now().await;
                n
            });
        }
        let consumers = (0..8).map(|_| {
            let set = Arc::clone(&set);
            spawn(async move {
                let mut sum = 0;
                while let Some(end) = set.join_next().await {
                    sum += end.unwrap();
                }
                sum
            })
        });
        let sums = gather(consumers).await.into_iter().map(Result::unwrap);
        assert_eq!(sums.sum::<u64>(), 499_500);
    });
}

#[taipan::test]
async fn it_is_a_stream() {
    let mut set = TaskSet::new();
    let gate = Gate::new();
    spawn_gated(&set, std::slice::from_ref(&gate));
    let (wakes, waker) = WakeCounter::new();
    let mut cx = Context::from_waker(&waker);
    assert!(Pin::new(&mut set).poll_next(&mut cx).is_pending());
    assert!(Pin::new(&mut set).poll_next(&mut cx).is_pending());
    assert_eq!(set.size_hint(), (1, None));
    gate.open();
    turns().await;
    assert_eq!(wakes.get(), 1);
    let ends: Vec<_> = (&mut set).map(Result::unwrap).collect().await;
    assert_eq!(ends, [0]);
    assert!(Pin::new(&mut set).poll_next(&mut cx).is_ready());
}

#[taipan::test]
async fn a_failure_is_a_result_like_any_other() {
    let set = TaskSet::new();
    set.spawn(async { Ok(1) });
    set.spawn(async { Err("refused") });
    set.spawn(async { panic!("no route") });
    let (mut values, mut panics) = (Vec::new(), Vec::new());
    while let Some(end) = set.join_next().await {
        match end {
            Ok(value) => values.push(value),
            Err(error) => panics.push(error.to_string()),
        }
    }
    assert_eq!(values, [Ok(1), Err("refused")]);
    assert_eq!(panics.len(), 1);
    assert!(panics[0].ends_with("panicked: no route"), "{}", panics[0]);
}

// A task is forgotten when its result was taken, and the result is held by nobody.
#[taipan::test]
async fn what_was_taken_is_forgotten() {
    let set = TaskSet::new();
    let value = Arc::new(());
    for _ in 0..1_000 {
        let shared = Arc::clone(&value);
        set.spawn(async move { shared });
        drop(set.join_next().await.unwrap().unwrap());
        assert_eq!((set.len(), Arc::strong_count(&value)), (0, 1));
        assert_eq!(tasks().len(), 1);
    }
}

#[taipan::test]
async fn tasks_that_were_spawned_elsewhere_are_taken_in() {
    let set = TaskSet::new();
    set.add(Task::builder().name("fetch").spawn(async { panic!("no route") }));
    let error: TaskError = set.join_next().await.unwrap().unwrap_err();
    assert_eq!(error.task_name(), "fetch");

    let ended = spawn(async { 1 });
    turns().await;
    assert!(ended.is_finished());
    set.add(ended);
    let mut looked_at = vec![spawn(async { 2 })];
    let looked_at = taipan::wait(&mut looked_at, taipan::task::AllCompleted).await;
    looked_at.into_iter().for_each(|task| set.add(task));
    for expected in [1, 2] {
        assert_eq!(set.join_next().await.unwrap().unwrap(), expected);
    }

    // One that somebody has watched before.
    let gate = Gate::new();
    let pass = gate.clone();
    let mut watched = spawn(async move {
        pass.pass().await;
        3
    });
    let (wakes, waker) = WakeCounter::new();
    assert!(poll_with(pin!((&mut watched).into_future()), &waker).is_pending());
    set.add(watched);
    gate.open();
    assert_eq!(set.join_next().await.unwrap().unwrap(), 3);
    assert_eq!(wakes.get(), 0);
}

#[taipan::test]
async fn tasks_of_this_thread() {
    let set = TaskSet::new();
    let value = Rc::new(());
    for _ in 0..3 {
        let value = Rc::clone(&value);
        set.add(spawn_local(async move {
            yield_now().await;
            value
        }));
    }
    while let Some(end) = set.join_next().await {
        drop(end.unwrap());
    }
    assert_eq!(Rc::strong_count(&value), 1);
    let held = Rc::clone(&value);
    set.add(spawn_local(async move {
        pending::<()>().await;
        held
    }));
    turns().await;
    drop(set);
    turns().await;
    assert_eq!((Rc::strong_count(&value), tasks().len()), (1, 1));
}

#[test]
fn a_task_that_adds_itself_panics_and_is_not_in_the_set() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&log);
    let hook = move |report: &taipan::Report| {
        reports.lock().unwrap().push(report.message().to_owned());
    };
    Runtime::builder().threads(1).error_hook(hook).build().run(async {
        let set = Arc::new(TaskSet::<()>::new());
        let (handle, gate) = (Arc::new(Mutex::new(None)), Gate::new());
        let (own, theirs, pass) = (Arc::clone(&set), Arc::clone(&handle), gate.clone());
        let task = Task::builder().name("selfish").spawn(async move {
            pass.pass().await;
            let task = theirs.lock().unwrap().take().unwrap();
            own.add(task);
        });
        *handle.lock().unwrap() = Some(task);
        gate.open();
        turns().await;
        assert!(set.join_next().await.is_none());
    });
    assert_eq!(
        *log.lock().unwrap(),
        ["task `selfish` adds itself, and would wait for its own end"]
    );
}

#[test]
fn cancel_all_ends_them_with_their_exits() {
    check(async || {
        let (set, exits) = (TaskSet::new(), Exits::new());
        for _ in 0..100 {
            let begun = Gate::new();
            let ready = begun.clone();
            set.spawn(exits.clone().hold("task", async move {
                ready.open();
                pending::<()>().await;
            }));
            begun.pass().await;
        }
        set.cancel_all();
        assert_eq!(set.len(), 100);
        let mut ends = 0;
        while let Some(end) = set.join_next().await {
            let error = end.unwrap_err();
            assert!(error.is_cancelled());
            assert!(error.reason().unwrap().location().unwrap().file().ends_with("task_set.rs"));
            ends += 1;
        }
        assert_eq!((ends, exits.all()), (100, 100));
        set.cancel_all(); // nobody is left
        set.spawn(async {}); // and it is as new
        set.join_next().await.unwrap().unwrap();
    });
}

#[test]
fn shutdown_waits_for_the_exits() {
    check(async || {
        let (set, exits) = (TaskSet::new(), Exits::new());
        for _ in 0..40 {
            let begun = Gate::new();
            let ready = begun.clone();
            set.spawn(exits.clone().hold("task", async move {
                ready.open();
                pending::<()>().await;
            }));
            begun.pass().await;
        }
        set.shutdown().await;
        assert_eq!(exits.all(), 40);
        assert_eq!(tasks().len(), 1);
    });
}

// Dropped half-way, or never polled: the scope around it waits.
#[taipan::test]
async fn a_shutdown_that_is_dropped() {
    for polls in 0..2 {
        let exits = Counter::new();
        let counter = exits.clone();
        let block = timeout(Duration::from_secs(60), async move {
            let (set, begun) = (TaskSet::new(), Gate::new());
            let ready = begun.clone();
            set.spawn(with_exit(move || ready.open(), move || counter.add()));
            begun.pass().await;
            let mut shutdown = Box::pin(set.shutdown());
            for _ in 0..polls {
                assert!(poll_once(shutdown.as_mut()).is_pending());
            }
            drop(shutdown);
        });
        block.await.unwrap();
        assert_eq!(exits.get(), 1);
        assert_eq!(tasks().len(), 1);
    }
}

// Dropped, it cancels its tasks, and the enclosing scope waits for their ends.
#[test]
fn a_dropped_set_ends_its_tasks() {
    check(async || {
        for count in [1, 200] {
            let exits = Exits::new();
            let block = timeout(Duration::from_secs(60), async {
                let set = TaskSet::new();
                for _ in 0..count {
                    let begun = Gate::new();
                    let ready = begun.clone();
                    set.spawn(exits.clone().hold("task", async move {
                        ready.open();
                        pending::<()>().await;
                    }));
                    begun.pass().await;
                }
                set.spawn(async {});
            });
            block.await.unwrap();
            assert_eq!(exits.all(), count);
            assert_eq!(tasks().len(), 1);
        }
    });
}

#[taipan::test]
async fn a_cancelled_owner_ends_the_tasks_of_its_set() {
    let (begun, exits) = (Gate::new(), Counter::new());
    let (ready, counter) = (begun.clone(), exits.clone());
    let owner = spawn(async move {
        let set = TaskSet::new();
        set.spawn(with_exit(move || ready.open(), move || counter.add()));
        set.join_next().await;
    });
    begun.pass().await;
    assert!(owner.stop().await.is_none());
    assert_eq!(exits.get(), 1);
}

// What nobody takes is dropped or told.
#[test]
fn a_dropped_set_drops_values_and_tells_of_panics() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&log);
    let hook = move |report: &taipan::Report| {
        reports.lock().unwrap().push(report.message().to_owned());
    };
    let (drops, polls) = (Counter::new(), Counter::new());
    let dropped = drops.clone();
    Runtime::builder().threads(1).error_hook(hook).build().run(async {
        for shutdown in [false, true] {
            let set = TaskSet::new();
            let dropped = dropped.clone();
            set.spawn(async move { Box::new(on_drop(move || dropped.add())) as Box<dyn Send> });
            set.spawn(async { panic!("no route") });
            turns().await;
            if shutdown {
                set.shutdown().await;
            } else {
                drop(set);
            }
        }
        // Never polled at all.
        let set = TaskSet::new();
        set.spawn(counted(async {}, &polls, &drops));
        drop(set);
        turns().await;
    });
    assert_eq!((drops.get(), polls.get()), (3, 0));
    assert_eq!(*log.lock().unwrap(), ["no route", "no route"]);
}

#[test]
fn ten_thousand_tasks_on_four_threads() {
    const TASKS: usize = 10_000;
    let sum = bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let set = TaskSet::new();
            for n in 0..TASKS {
                set.spawn(async move {
                    for _ in 0..n % 3 {
                        yield_now().await;
                    }
                    n
                });
            }
            let mut sum = 0;
            let mut more = TASKS;
            while let Some(end) = set.join_next().await {
                sum += end.unwrap();
                if more > 0 {
                    more -= 1;
                    set.spawn(async { 1 });
                }
            }
            sum
        })
    });
    assert_eq!(sum, TASKS * (TASKS - 1) / 2 + TASKS);
}

// One cleanup for all, which does not look at all of them whenever one ends.
#[test]
fn ten_thousand_tasks_of_a_dropped_set() {
    let exits = Exits::new();
    let entered = exits.clone();
    bounded(move || {
        Runtime::builder().threads(4).build().run(async move {
            let block = timeout(Duration::from_secs(60), async {
                let set = TaskSet::new();
                for _ in 0..10_000 {
                    set.spawn(entered.clone().hold("task", pending::<()>()));
                }
                while entered.entered.get() < 10_000 {
                    yield_now().await;
                }
            });
            block.await.unwrap();
            assert_eq!(entered.all(), 10_000);
        });
    });
    assert_eq!(exits.all(), 10_000);
}
