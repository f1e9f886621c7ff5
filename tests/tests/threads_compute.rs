//! `compute`: as many at a time as there are cores, and nobody else waits for them.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::threads::check_cancelled;
use taipan::{compute, gather, sleep, spawn, tasks, to_thread};
use taipan_tests::{Counter, Gate, bounded, on_drop, poll_once};

#[path = "support/threads.rs"]
mod support;
use support::{blocked, run};

/// The pool is one for the process: two tests that want all of its threads would wait for each other.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[test]
fn gives_the_value_from_a_thread_of_its_own_pool() {
    let _alone = alone();
    bounded(|| {
        run(async {
            let (value, name) =
                compute(|| (6 * 7, thread::current().name().map(str::to_owned))).await;
            assert_eq!(value, 42);
            assert!(
                name.as_ref().is_some_and(|name| name.starts_with("taipan-compute-")),
                "{name:?}"
            );
        });
    });
}

// However much there is to compute, tasks run, timers fire, and blocking calls have their threads.
#[test]
fn saturated_it_starves_nobody_else() {
    let _alone = alone();
    bounded(|| {
        taipan::run(async {
            let (mut releases, mut calls) = (Vec::new(), Vec::new());
            for _ in 0..cores() {
                let begun = Gate::new();
                let (release, call) = blocked(&begun);
                releases.push(release);
                calls.push(spawn(compute(call)));
                begun.pass().await; // so each core's thread has one
            }
            let more = Counter::new();
            let counting = more.clone();
            calls.extend((0..100).map(|_| {
                let counting = counting.clone();
                spawn(compute(move || counting.add()))
            }));
            let others = gather((0..100).map(|number| {
                spawn(async move {
                    sleep(Duration::from_micros(1)).await;
                    to_thread(move || number).await
                })
            }));
            for (number, other) in others.await.into_iter().enumerate() {
                assert_eq!(other.unwrap(), number);
            }
            assert_eq!(more.get(), 0);
            drop(releases);
            for call in calls {
                call.await.unwrap();
            }
            assert_eq!(more.get(), 100);
        });
    });
}

#[test]
fn it_has_no_more_threads_than_there_are_cores_whoever_asks() {
    let _alone = alone();
    bounded(|| {
        let mut names = BTreeSet::new();
        for _ in 0..2 {
            names.extend(run(gather((0..100).map(|_| {
                compute(|| {
                    thread::yield_now();
                    thread::current().name().unwrap().to_owned()
                })
            }))));
        }
        let all = (1..=cores()).map(|number| format!("taipan-compute-{number}")).collect();
        assert!(names.is_subset(&all), "{names:?}");
    });
}

#[test]
fn one_that_has_not_begun_is_withdrawn_and_one_that_runs_is_told() {
    let _alone = alone();
    bounded(|| {
        run(async {
            let told = Counter::new();
            let mut running = Vec::new();
            for _ in 0..cores() {
                let begun = Gate::new();
                let (opening, telling) = (begun.clone(), told.clone());
                running.push(spawn(compute(move || {
                    opening.open();
                    while check_cancelled().is_ok() {
                        thread::yield_now();
                    }
                    telling.add();
                })));
                begun.pass().await;
            }
            let (before, drops) = (tasks().len(), Counter::new());
            let counting = drops.clone();
            let guard = on_drop(move || counting.add());
            let mut queued = Box::pin(compute(move || drop(guard)));
            assert!(poll_once(queued.as_mut()).is_pending());
            assert_eq!((tasks().len(), drops.get()), (before + 1, 0));
            drop(queued);
            assert_eq!((tasks().len(), drops.get()), (before, 1));
            for task in running {
                assert_eq!(task.stop().await, None); // waits for the thread
            }
            assert_eq!((told.get(), tasks().len()), (cores(), 1));
        });
    });
}

#[test]
fn a_panic_is_passed_on() {
    let _alone = alone();
    bounded(|| {
        run(async {
            let error = spawn(compute(|| panic!("overflow"))).await.unwrap_err();
            assert!(error.to_string().ends_with("panicked: overflow"), "{error}");
            assert_eq!(pin!(compute(|| 42)).await, 42);
        });
    });
}

#[test]
fn outside_a_runtime_it_panics_and_says_where_to_await_it() {
    let panic = catch_unwind(|| block_on(compute(|| ()))).unwrap_err();
    assert_eq!(
        *panic.downcast_ref::<String>().unwrap(),
        "no runtime here: await `compute` inside `#[taipan::main]` or `taipan::run(..)`"
    );
}
