//! The timers of a real run: who fires them, in which order, and what becomes of one that outlives its run.
#![forbid(unsafe_code)]

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::time::{Instant, interval, sleep, sleep_until};
use taipan::{Runtime, spawn, timeout, to_thread, yield_now};
use taipan_tests::{Log, bounded, poll_once, poll_with};

const HOUR: Duration = Duration::from_secs(3600);
const MS: Duration = Duration::from_millis(1);

fn runtime(threads: usize) -> Runtime {
    Runtime::builder().threads(threads).build()
}

/// A waker that tells on which thread it is woken.
fn telling_waker(tell: Sender<ThreadId>) -> Waker {
    struct Tells(Sender<ThreadId>);
    impl Wake for Tells {
        fn wake(self: Arc<Self>) {
            let _ = self.0.send(thread::current().id());
        }
    }
    Waker::from(Arc::new(Tells(tell)))
}

/// Sets a timer and holds up this thread until it has fired.
fn hold_up_until_it_fires() {
    let (tell, told) = channel();
    let mut sleep = sleep(2 * MS);
    assert!(poll_with(pin!(&mut sleep), &telling_waker(tell)).is_pending());
    assert_ne!(told.recv().unwrap(), thread::current().id());
    assert!(poll_once(pin!(&mut sleep)).is_ready());
}

#[test]
fn what_sleeps_on_a_worker_that_is_held_up_is_woken_by_another() {
    bounded(|| {
        runtime(2).run(async { spawn(async { hold_up_until_it_fires() }).await.unwrap() });
    });
}

#[test]
fn what_sleeps_where_main_holds_up_the_thread_is_woken_by_another() {
    bounded(|| runtime(2).run(async { hold_up_until_it_fires() }));
}

#[test]
fn a_call_on_another_thread_sets_a_timer_while_the_runtime_sleeps() {
    for threads in [1, 2] {
        bounded(move || {
            runtime(threads).run(async {
                let start = Instant::now();
                // Both with nothing to wait for, and with something later.
                to_thread(|| block_on(sleep(2 * MS))).await;
                let long = spawn(sleep(HOUR));
                to_thread(|| block_on(timeout(2 * MS, sleep(HOUR)))).await.unwrap_err();
                long.cancel();
                assert!(start.elapsed() >= 4 * MS);
            });
        });
    }
}

#[test]
fn a_plain_thread_moves_a_timer_while_the_runtime_sleeps() {
    bounded(|| {
        runtime(1).run(async {
            let slept = Arc::new(Mutex::new(sleep(HOUR)));
            let (set, is_set) = channel();
            let moves = {
                let slept = Arc::clone(&slept);
                thread::spawn(move || {
                    is_set.recv().unwrap();
                    slept.lock().unwrap().reset(Instant::now() + MS);
                })
            };
            poll_fn(|cx| {
                let mut slept = slept.lock().unwrap();
                let polled = Pin::new(&mut *slept).poll(cx);
                let _ = set.send(());
                polled
            })
            .await;
            moves.join().unwrap();
        });
    });
}

/// A waker that writes its name down.
fn naming_waker(log: &Log, name: &'static str) -> Waker {
    struct Names(Log, &'static str);
    impl Wake for Names {
        fn wake(self: Arc<Self>) {
            self.0.add(self.1);
        }
    }
    Waker::from(Arc::new(Names(log.clone(), name)))
}

#[test]
fn all_that_is_due_is_woken_in_the_order_of_deadlines_and_as_it_was_set_among_equals() {
    bounded(|| {
        runtime(1).run(async {
            let log = Log::new();
            let start = Instant::now() + MS;
            let mut sleeps = Vec::new();
            // So near to each other that they fire together, and one of them far. They are moved there, so that all
            // are set, however late it is.
            for (micros, name) in
                [(30, "d"), (9000, "f"), (10, "b"), (0, "a"), (20, "c"), (30, "e")]
            {
                let mut sleep = sleep(HOUR);
                assert!(poll_with(pin!(&mut sleep), &naming_waker(&log, name)).is_pending());
                sleep.reset(start + Duration::from_micros(micros));
                sleeps.push(sleep);
            }
            while log.get().split(' ').count() < sleeps.len() {
                yield_now().await;
            }
            assert_eq!(log.get(), "a b c d e f");
            assert!(sleeps.iter_mut().all(|sleep| poll_once(pin!(sleep)).is_ready()));
        });
    });
}

#[test]
fn a_timer_that_outlives_its_run_goes_on_in_the_next_and_outside() {
    bounded(|| {
        for _ in 0..3 {
            let deadline = Instant::now() + 3 * MS;
            let mut first = sleep_until(deadline);
            let mut second = sleep_until(deadline);
            runtime(2).run(async {
                let _ = poll_once(pin!(&mut first));
                let _ = poll_once(pin!(&mut second));
            });
            runtime(1).run(&mut first);
            block_on(&mut second);
            assert!(Instant::now() >= deadline);
        }
    });
}

#[test]
fn a_task_whose_timer_was_set_in_an_ended_run_is_woken_at_its_end() {
    bounded(|| {
        let mut slept = sleep(HOUR);
        let (tell, told) = channel();
        let waker = telling_waker(tell);
        runtime(1).run(async { assert!(poll_with(pin!(&mut slept), &waker).is_pending()) });
        // It waits again, elsewhere, and is found there.
        told.recv().unwrap();
        assert!(poll_with(pin!(&mut slept), &waker).is_pending());
        slept.reset(Instant::now() + MS);
        told.recv().unwrap();
        assert!(poll_with(pin!(&mut slept), &waker).is_ready());
    });
}

#[test]
fn runs_side_by_side_have_timers_of_their_own() {
    bounded(|| {
        let runs: Vec<_> = (0..4)
            .map(|_| {
                thread::spawn(|| {
                    for _ in 0..5 {
                        runtime(2).run(async {
                            let start = Instant::now();
                            let sleeps: Vec<_> =
                                (1..50).map(|n| spawn(sleep(n * MS / 10))).collect();
                            for sleep in sleeps {
                                sleep.await.unwrap();
                            }
                            assert!(start.elapsed() >= 49 * MS / 10);
                        });
                    }
                })
            })
            .collect();
        runs.into_iter().for_each(|run| run.join().unwrap());
    });
}

#[test]
fn a_busy_worker_looks_at_the_time_as_well() {
    bounded(|| {
        runtime(1).run(async {
            let busy = spawn(async {
                loop {
                    yield_now().await;
                }
            });
            sleep(MS).await;
            assert!(timeout(MS, std::future::pending::<()>()).await.is_err());
            let mut interval = interval(MS);
            let first = interval.tick().await;
            assert_eq!(interval.tick().await, first + MS);
            busy.cancel();
        });
    });
}
