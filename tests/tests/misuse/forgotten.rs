//! Futures, handles and guards that are forgotten half-way, and the others, which go on.

use std::future::pending;
use std::mem;
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::sync::channel;
use taipan::{Runtime, gather, sleep, spawn, timeout, yield_now};
use taipan_tests::{Counter, WakeCounter, bounded, counted, poll_once};

use crate::hasty;
use crate::kinds::{Kind, all, poll};

// In a run that goes on, and is woken for them.
#[test]
fn what_is_forgotten_while_it_waits_is_woken_and_harms_nobody_is_forgotten() {
    for threads in [1, 2] {
        bounded(move || {
            hasty(threads).run(async {
                let (_, waker) = WakeCounter::new();
                let mut ends = Vec::new();
                for Kind { mut future, end, .. } in all().await {
                    let _ = poll(&mut future, &waker);
                    mem::forget(future);
                    ends.push(end);
                }
                ends.into_iter().for_each(|end| end());
                // Everybody else is served as ever.
                for Kind { future, end, .. } in all().await {
                    let task = spawn(future);
                    yield_now().await;
                    end();
                    task.await.unwrap();
                }
            });
        });
    }
}

// Their waits end when the run is over, in which they waited.
#[test]
fn what_is_forgotten_outlives_its_run_is_forgotten() {
    for threads in [1, 2] {
        bounded(move || {
            let (_, waker) = WakeCounter::new();
            let mut ends = Vec::new();
            hasty(threads).run(async {
                for Kind { mut future, end, .. } in all().await {
                    let _ = poll(&mut future, &waker);
                    mem::forget(future);
                    ends.push(end);
                }
            });
            hasty(threads).run(async { ends.into_iter().for_each(|end| end()) });
        });
    }
}

#[test]
fn a_task_whose_handle_is_forgotten_ends_with_the_run_is_forgotten() {
    bounded(|| {
        for threads in [1, 2] {
            let (polls, drops) = (Counter::new(), Counter::new());
            Runtime::builder().threads(threads).build().run(async {
                mem::forget(spawn(counted(pending::<()>(), &polls, &drops)));
                mem::forget(taipan::spawn_local(counted(pending::<()>(), &polls, &drops)));
                while polls.get() < 2 {
                    yield_now().await;
                }
            });
            assert_eq!((polls.get(), drops.get()), (2, 2));
        }
    });
}

// The scope of the task that polled it waits for what it deferred, and it has deferred nothing.
#[test]
fn a_combinator_that_is_forgotten_holds_up_nobody_is_forgotten() {
    bounded(|| {
        Runtime::builder().threads(1).build().run(async {
            let (polls, drops) = (Counter::new(), Counter::new());
            let child = || counted(sleep(Duration::from_secs(3600)), &polls, &drops);
            let task = spawn({
                let (two, limited) = ((child(), child()), child());
                async move {
                    let mut both = Box::pin(gather!(two.0, two.1));
                    assert!(poll_once(both.as_mut()).is_pending());
                    mem::forget(both);
                    let hour = Duration::from_secs(3600);
                    let mut limited = Box::pin(timeout(hour, limited));
                    assert!(poll_once(limited.as_mut()).is_pending());
                    mem::forget(limited);
                }
            });
            task.await.unwrap();
            assert_eq!((polls.get(), drops.get()), (3, 0));
        });
    });
}

#[test]
fn an_end_of_a_channel_that_is_forgotten_leaves_the_other_waiting_is_forgotten() {
    let (tx, rx) = channel(1);
    mem::forget(tx.clone());
    mem::forget(rx.clone());
    tx.try_send(1).unwrap();
    drop(tx);
    assert_eq!(block_on(rx.recv()), Some(1));
    let mut recv = Box::pin(rx.recv());
    assert!(poll_once(recv.as_mut()).is_pending());
}
