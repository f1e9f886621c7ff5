//! Who polls what, where every worker has a queue of its own.
#![forbid(unsafe_code)]

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use taipan::{Runtime, sleep, spawn, spawn_local, yield_now};

fn on<F: Future>(threads: usize, main: F) -> F::Output {
    Runtime::builder().threads(threads).build().run(main)
}

/// Main that wakes itself is polled again, though no task is ready that would keep its worker awake.
#[test]
fn main_that_yields_goes_on() {
    for threads in [1, 2] {
        on(threads, async {
            for _ in 0..1000 {
                yield_now().await;
            }
        });
    }
}

/// Main and the tasks take turns, whoever wakes whom.
#[test]
fn main_that_yields_starves_nobody() {
    on(1, async {
        let ended = Arc::new(AtomicBool::new(false));
        let ending = Arc::clone(&ended);
        let task = spawn(async move {
            for _ in 0..1000 {
                yield_now().await;
            }
            ending.store(true, Ordering::SeqCst);
        });
        while !ended.load(Ordering::SeqCst) {
            yield_now().await;
        }
        task.await.unwrap();
    });
}

#[test]
fn a_task_that_never_rests_starves_neither_main_nor_the_threads_own_tasks() {
    on(1, async {
        let greedy = spawn(async {
            loop {
                yield_now().await;
            }
        });
        let (tx, rx) = mpsc::channel();
        let own = spawn_local(async move {
            for _ in 0..3 {
                yield_now().await;
            }
            tx.send(()).unwrap();
        });
        while rx.try_recv().is_err() {
            yield_now().await;
        }
        own.await.unwrap();
        greedy.stop().await;
    });
}

/// One thread polls its tasks in the order in which they were spawned and woken, however many they are.
#[test]
fn on_one_thread_tasks_take_turns_in_the_order_of_their_spawns() {
    const TASKS: usize = 2000;
    let polls = on(1, async {
        let (tx, rx) = mpsc::channel();
        let tasks: Vec<_> = (0..TASKS)
            .map(|number| {
                let tx = tx.clone();
                spawn(async move {
                    for _ in 0..3 {
                        tx.send(number).unwrap();
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        Vec::from_iter(rx.try_iter())
    });
    assert_eq!(polls, Vec::from_iter((0..3).flat_map(|_| 0..TASKS)));
}

/// What stands behind a task that computes for long, on its worker, is taken by another.
#[test]
fn what_waits_behind_a_task_that_does_not_yield_runs_on_another_worker() {
    on(2, async {
        let (started, wait_for_start) = mpsc::channel();
        spawn(async move {
            let behind = spawn(async move { started.send(thread::current().id()).unwrap() });
            // It ends only when the task behind it has run.
            assert_ne!(wait_for_start.recv().unwrap(), thread::current().id());
            behind.await.unwrap();
        })
        .await
        .unwrap();
    });
}

/// The same behind main, and behind a task of main's thread.
#[test]
fn what_waits_behind_main_or_a_threads_own_task_runs_on_another_worker() {
    fn block_until_run() {
        let (started, wait_for_start) = mpsc::channel();
        drop(spawn(async move { started.send(()).unwrap() }));
        wait_for_start.recv().unwrap();
    }
    on(2, async {
        block_until_run();
        spawn_local(async { block_until_run() }).await.unwrap();
    });
}

/// All workers take part in what a single task spawns.
/// Wherever they were set: also on the thread that is busy.
#[test]
fn timers_go_off_while_main_or_a_threads_own_task_blocks_its_thread() {
    for local in [false, true] {
        on(2, async move {
            let (tx, rx) = mpsc::channel();
            for _ in 0..10 {
                let tx = tx.clone();
                spawn(async move {
                    sleep(Duration::from_millis(5)).await;
                    tx.send(()).unwrap();
                })
                .detach();
            }
            let block = async move {
                sleep(Duration::from_millis(1)).await; // they wait
                (0..10).for_each(|_| rx.recv().unwrap());
            };
            if local { spawn_local(block).await.unwrap() } else { block.await }
        });
    }
}

#[test]
fn work_spreads_over_all_workers() {
    const WORKERS: usize = 4;
    on(WORKERS, async {
        // Each waits until all four run at once: so each runs on a worker of its own.
        let barrier = Arc::new(Barrier::new(WORKERS));
        let spawned = (0..WORKERS).map(|_| {
            let barrier = Arc::clone(&barrier);
            spawn(async move {
                barrier.wait();
                thread::current().id()
            })
        });
        let mut threads = HashSet::new();
        for task in Vec::from_iter(spawned) {
            threads.insert(task.await.unwrap());
        }
        assert_eq!(threads.len(), WORKERS);
    });
}

/// Tasks that foreign threads spawn and wake reach workers that have nothing to do.
#[test]
fn what_foreign_threads_spawn_wakes_parked_workers() {
    static RUN: AtomicUsize = AtomicUsize::new(0);
    const TASKS: usize = 200;
    on(2, async {
        let handle = taipan::Handle::current();
        let foreign: Vec<_> = (0..3)
            .map(|_| {
                let handle = handle.clone();
                thread::spawn(move || {
                    for _ in 0..TASKS {
                        let task = handle.spawn(async {
                            yield_now().await;
                            RUN.fetch_add(1, Ordering::SeqCst);
                        });
                        task.unwrap().detach();
                    }
                })
            })
            .collect();
        while RUN.load(Ordering::SeqCst) < 3 * TASKS {
            yield_now().await;
        }
        foreign.into_iter().for_each(|thread| thread.join().unwrap());
    });
}
