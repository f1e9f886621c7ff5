//! Other executors inside ours, and ours inside others.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use futures_lite::future::{block_on, poll_once};
use taipan::sync::{Event, Mutex, oneshot, unbounded_channel};
use taipan::{gather, sleep, spawn, timeout, to_thread, yield_now};
use taipan_tests::bounded;

use crate::hasty;
use crate::kinds::{Kind, all};

// The worker is blocked meanwhile: what ends the wait comes from another thread.
#[test]
fn a_task_blocks_on_what_a_foreign_thread_ends() {
    for threads in [1, 2] {
        bounded(move || {
            hasty(threads).run(async {
                let (tx, rx) = oneshot::channel();
                let event = Arc::new(Event::new());
                let set = Arc::clone(&event);
                let other = thread::spawn(move || {
                    tx.send(1).unwrap();
                    set.set();
                });
                let both = gather!(async { rx.await.unwrap() }, event.wait());
                assert_eq!(block_on(both), (1, ()));
                other.join().unwrap();
            });
        });
    }
}

// Nobody is sent away for ever, however much is there at once.
#[test]
fn a_task_blocks_on_more_than_it_may_do_in_one_go() {
    bounded(|| {
        hasty(1).run(async {
            let (tx, rx) = unbounded_channel();
            (0..10_000).for_each(|n| tx.try_send(n).unwrap());
            let (locked, mutex) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(())));
            block_on(async {
                for n in 0..10_000 {
                    assert_eq!(rx.recv().await, Some(n));
                    *locked.lock().await += 1;
                    drop(timeout(Duration::ZERO, mutex.lock()).await.unwrap());
                }
            });
            assert_eq!(*locked.lock().await, 10_000);
        });
    });
}

#[test]
fn a_call_on_a_thread_blocks_on_each_kind() {
    for threads in [1, 2] {
        bounded(move || {
            hasty(threads).run(async {
                for Kind { mut future, end, .. } in all().await {
                    // What belongs to a run begins there: a call's thread is not a worker.
                    let _ = poll_once(&mut future).await;
                    let call = to_thread(move || block_on(future));
                    gather!(call, async {
                        yield_now().await;
                        end();
                    })
                    .await;
                }
            });
        });
    }
}

// Another worker keeps the time and the sockets for the one that is blocked.
#[test]
fn a_task_of_one_worker_blocks_while_another_has_nothing_to_do() {
    bounded(|| {
        hasty(2).run(async {
            spawn(async { block_on(sleep(Duration::from_millis(5))) }).await.unwrap();
            for Kind { future, end, .. } in all().await {
                let ender = thread::spawn(end);
                spawn(async { block_on(future) }).await.unwrap();
                ender.join().unwrap();
            }
        });
    });
}

#[test]
fn executors_are_nested_in_each_other() {
    bounded(|| {
        let handle = hasty(2);
        let answer = block_on(async {
            // A run in a task of another executor.
            let first = handle.run(async {
                let inner = to_thread(|| {
                    hasty(1).run(async {
                        sleep(Duration::from_millis(1)).await;
                        block_on(async { spawn(async { 20 }).is_finished() })
                    })
                });
                assert!(!inner.await, "its worker was blocked");
                21
            });
            first * 2
        });
        assert_eq!(answer, 42);
    });
}

// Deferred cleanups of what a nested executor drops belong to the task that runs it.
#[test]
fn what_a_nested_executor_drops_is_cleaned_up_by_the_task() {
    bounded(|| {
        hasty(1).run(async {
            let (done, ended) = std::sync::mpsc::channel();
            let (begun, told) = std::sync::mpsc::channel();
            let task = spawn(async move {
                let call = to_thread(move || {
                    begun.send(()).unwrap();
                    ended.recv().unwrap();
                });
                block_on(async {
                    let mut call = Box::pin(call);
                    let _ = poll_once(&mut call).await;
                    told.recv().unwrap();
                }); // here the call is dropped, and runs on
            });
            for _ in 0..10 {
                yield_now().await;
            }
            assert!(!task.is_finished());
            done.send(()).unwrap();
            task.await.unwrap();
        });
    });
}
