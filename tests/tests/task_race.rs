//! Races that no test can time: done many times, each checked for what must hold in every order.
#![forbid(unsafe_code)]

use std::future::pending;
use std::sync::mpsc;
use std::thread;

use taipan::{Handle, Runtime, Task, TaskError, spawn, spawn_local, tasks, yield_now};
use taipan_tests::{Counter, bounded, counted, on_drop};

const ROUNDS: usize = 10_000;

/// A body that ends after `yields` turns.
async fn ends_after(yields: usize) -> usize {
    for _ in 0..yields {
        yield_now().await;
    }
    yields
}

/// Either its value or its cancellation.
fn check(yields: usize, asked: bool, result: Result<usize, TaskError>) -> bool {
    match result {
        Ok(value) => {
            assert_eq!(value, yields);
            true
        }
        Err(error) => {
            assert!(error.is_cancelled(), "{error}");
            assert!(asked, "it ended as cancelled, and the cancel said that it had ended before");
            assert_eq!(error.reason().unwrap().message(), Some("raced"));
            false
        }
    }
}

// C49, C63: a value is given or the task is cancelled, whoever is faster.
#[test]
fn a_cancel_from_a_foreign_thread_races_with_the_end() {
    for local in [false, true] {
        let (drops, live) = bounded(move || {
            let drops = Counter::new();
            let count = drops.clone();
            let live = Runtime::builder().threads(2).build().run(async move {
                let (sent, taken) = mpsc::channel::<(usize, Task<usize>)>();
                let (back, cancelled) = mpsc::channel();
                let foreign = thread::spawn(move || {
                    for (yields, task) in taken {
                        let asked = task.cancel_with("raced");
                        back.send((yields, asked, task)).unwrap();
                    }
                });
                for n in 0..ROUNDS {
                    let yields = n % 4;
                    let body = counted(ends_after(yields), &Counter::new(), &count);
                    let task = if local { spawn_local(body) } else { spawn(body) };
                    sent.send((yields, task)).unwrap();
                    for _ in 0..n % 3 {
                        yield_now().await;
                    }
                    while let Ok((yields, asked, task)) = cancelled.try_recv() {
                        check(yields, asked, task.await);
                    }
                }
                drop(sent);
                loop {
                    match cancelled.try_recv() {
                        Ok((yields, asked, task)) => check(yields, asked, task.await),
                        Err(mpsc::TryRecvError::Empty) => {
                            yield_now().await;
                            continue;
                        }
                        Err(mpsc::TryRecvError::Disconnected) => break,
                    };
                }
                foreign.join().unwrap();
                tasks().len()
            });
            (drops.get(), live)
        });
        assert_eq!((drops, live), (ROUNDS, 1));
    }
}

// Two that cancel, one that awaits, one that runs: one end, one drop.
#[test]
fn cancels_from_two_threads_race_with_a_wake() {
    let drops = bounded(|| {
        let drops = Counter::new();
        let count = drops.clone();
        Runtime::builder().threads(2).build().run(async move {
            for _ in 0..2000 {
                let gate = taipan_tests::Gate::new();
                let body = {
                    let gate = gate.clone();
                    async move {
                        gate.pass().await;
                        0
                    }
                };
                let mut task = spawn(counted(body, &Counter::new(), &count));
                let asked = thread::scope(|scope| {
                    let asking = || task.cancel_with("raced");
                    let threads = [scope.spawn(asking), scope.spawn(asking)];
                    gate.open();
                    threads.map(|thread| thread.join().unwrap())
                });
                check(0, asked.contains(&true), (&mut task).await);
                assert!(!task.cancel());
            }
        });
        drops.get()
    });
    assert_eq!(drops, 2000);
}

// An owned task is dropped while it ends: the scope's wait is never in vain, nor for ever.
#[test]
fn an_abandoned_task_races_with_its_end() {
    let drops = bounded(|| {
        let drops = Counter::new();
        let count = drops.clone();
        Runtime::builder().threads(2).build().run(async move {
            for n in 0..ROUNDS {
                let task = spawn(counted(ends_after(n % 3), &Counter::new(), &count));
                // Owned from here on, and not only once the owner is polled.
                let owned = task.into_future();
                let owner = spawn(async move { owned.await.map_or(0, |value| value) });
                for _ in 0..n % 5 {
                    yield_now().await;
                }
                owner.cancel();
                let _ = owner.await; // its value or not, but it ends, and what it owned before it
                assert_eq!(count.get(), n + 1);
            }
        });
        drops.get()
    });
    assert_eq!(drops, ROUNDS);
}

// B21, B35: what a handle spawns while main ends is run, cancelled or given back; none is lost.
#[test]
fn a_storm_of_spawns_from_four_threads_while_main_ends() {
    for round in 0..50 {
        bounded(move || {
            let (made, dropped) = (Counter::new(), Counter::new());
            let reports = Counter::new();
            let told = reports.clone();
            let runtime = Runtime::builder().threads(2).error_hook(move |_| told.add()).build();
            let threads = runtime.run(async {
                let spawners = (0..4).map(|n| {
                    let handle = Handle::current();
                    let (made, dropped) = (made.clone(), dropped.clone());
                    thread::spawn(move || {
                        let mut late = 0;
                        while late < 3 {
                            made.add();
                            let dropped = dropped.clone();
                            let counted = on_drop(move || dropped.add());
                            let body = async move {
                                let _counted = counted;
                                if n % 2 == 0 {
                                    pending::<()>().await;
                                }
                            };
                            match handle.spawn(body) {
                                Ok(task) => drop(task),
                                Err(refused) => {
                                    late += 1;
                                    drop(refused.into_inner());
                                }
                            }
                        }
                    })
                });
                let spawners: Vec<_> = spawners.collect();
                for _ in 0..round % 10 {
                    yield_now().await;
                }
                spawners
            });
            // Each thread sees the end by itself.
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            assert_eq!(made.get(), dropped.get());
            assert_eq!(reports.get(), 0);
        });
    }
}
