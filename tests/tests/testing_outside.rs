//! What the clock of a test, and its verdict, make of things outside: I/O, threads, wakers of others.
#![forbid(unsafe_code)]

use std::future::{pending, poll_fn};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use async_io::Async;
use futures_lite::{AsyncReadExt, AsyncWriteExt};
use taipan::__private::{TestOptions, try_test};
use taipan::sync::{Event, Mutex, Queue};
use taipan::testing::wait_all_blocked;
use taipan::time::Instant;
use taipan::{gather, race, sleep, spawn, timeout, to_thread};
use taipan_tests::Gate;

const HOUR: Duration = Duration::from_secs(3600);

/// In release builds nothing foreign is counted: there a clock does not wait for it, and nothing is said of a hang.
const COUNTED: bool = cfg!(debug_assertions);

fn virtual_time() -> TestOptions {
    let timeout = Some(Duration::from_secs(60));
    TestOptions { virtual_time: true, timeout, ..TestOptions::default() }
}

/// How the test of `body` fails, in virtual and in real time.
fn failures<F: Future<Output = ()> + 'static>(body: fn() -> F) -> Vec<String> {
    let fails = move |virtual_time| {
        let limit = if COUNTED { 60_000 } else { 200 };
        let timeout = Some(Duration::from_millis(limit));
        let options = TestOptions { virtual_time, timeout, ..TestOptions::default() };
        try_test(options, body).failure().expect("it hangs").to_owned()
    };
    // Both at once: each is given its half a second.
    let virtually = std::thread::spawn(move || fails(true));
    vec![fails(false), virtually.join().unwrap()]
}

fn assert_stuck(failures: Vec<String>) {
    for failure in failures {
        let starts =
            if COUNTED { "deadlock: every task waits" } else { "the test did not end within" };
        assert!(failure.starts_with(starts), "{failure}");
    }
}

#[test]
fn an_event_that_nobody_sets_is_told_at_once() {
    assert_stuck(failures(|| async { Event::new().wait().await }));
}

#[test]
fn so_is_a_queue_that_nobody_fills() {
    assert_stuck(failures(|| async { assert_eq!(Queue::<u8>::new(1).get().await, None) }));
}

#[test]
fn so_is_a_lock_that_is_held_already() {
    assert_stuck(failures(|| async {
        let mutex = Mutex::new(());
        let _guard = mutex.lock().await;
        drop(mutex.lock().await);
    }));
}

#[test]
fn so_is_a_future_that_nobody_wakes() {
    assert_stuck(failures(pending));
}

#[test]
fn so_is_a_task_that_does_not_end() {
    assert_stuck(failures(|| async {
        let task = spawn(pending::<()>());
        sleep(Duration::from_millis(1)).await;
        task.await.unwrap();
    }));
}

#[test]
fn so_is_one_in_a_wide_gather() {
    assert_stuck(failures(|| async {
        let events: Vec<Event> = (0..100).map(|_| Event::new()).collect();
        gather!(for event in &events {
            event.wait()
        })
        .await;
    }));
}

#[test]
fn the_exits_run_and_what_hangs_in_them_holds_nobody_up() {
    let (tell, told) = mpsc::channel();
    let started = std::time::Instant::now();
    let options = TestOptions { timeout: Some(Duration::from_secs(5)), ..virtual_time() };
    let outcome = try_test(options, move || {
        let tell = tell.clone();
        async move {
            let exit = move |_| async move {
                sleep(HOUR).await;
                tell.send("exit").unwrap();
                if COUNTED {
                    pending::<()>().await;
                }
            };
            taipan::finally(pending::<()>(), exit).await;
        }
    });
    assert!(outcome.failure().is_some());
    if COUNTED {
        assert_eq!(told.recv(), Ok("exit"));
        assert!(started.elapsed() < Duration::from_secs(9), "the shutdown timeout is 10 s");
    }
}

#[test]
fn whoever_may_be_woken_from_outside_is_not_stuck() {
    for wide in [false, true] {
        for virtual_time in [false, true] {
            let timeout = Some(Duration::from_secs(60));
            let options = TestOptions { virtual_time, timeout, ..TestOptions::default() };
            let outcome = try_test(options, move || async move {
                let gate = Gate::new(); // it keeps wakers of its own
                let opening = gate.clone();
                let other = std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(700));
                    opening.open();
                });
                if wide {
                    gather!(for gate in vec![gate; 100] {
                        async move { gate.pass().await }
                    })
                    .await;
                } else {
                    gate.pass().await;
                }
                other.join().unwrap();
            });
            assert_eq!(outcome.failure(), None);
        }
    }
}

#[test]
fn a_call_that_runs_keeps_the_test_going() {
    let outcome = try_test(virtual_time(), || async {
        let event = std::sync::Arc::new(Event::new());
        let theirs = event.clone();
        let call = to_thread(move || {
            std::thread::sleep(Duration::from_millis(700));
            theirs.set();
        });
        gather!(call, event.wait()).await;
    });
    assert_eq!(outcome.failure(), None);
}

/// A thread that answers each byte after 3 ms of real time.
fn echo() -> Async<UnixStream> {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    std::thread::spawn(move || {
        let mut byte = [0];
        while let Ok(1) = theirs.read(&mut byte) {
            std::thread::sleep(Duration::from_millis(3));
            if theirs.write_all(&byte).is_err() {
                return;
            }
        }
    });
    Async::new(ours).unwrap()
}

// A busy machine may need more than its 10 ms for an answer after 3 ms. But without them, none would ever be in time.
#[test]
fn io_has_its_time_before_the_clock_jumps_over_it() {
    if !COUNTED {
        return;
    }
    for wide in [false, true] {
        let outcome = try_test(virtual_time(), move || async move {
            for _ in 0..200 {
                let mut stream = echo();
                stream.write_all(b"x").await.unwrap();
                let mut byte = [0];
                let read = async { stream.read_exact(&mut byte).await.unwrap() };
                let limited = if wide {
                    timeout(HOUR, crowded(read)).await
                } else {
                    timeout(HOUR, read).await
                };
                if limited.is_ok() {
                    return;
                }
            }
            panic!("no answer was in time");
        });
        assert_eq!(outcome.failure(), None);
    }
}

/// The future among a hundred others, which are over at once.
async fn crowded(future: impl Future<Output = ()>) {
    let mut one = Some(future);
    let all = std::iter::repeat_with(|| {
        let future = one.take();
        async move {
            if let Some(future) = future {
                future.await;
            }
        }
    });
    gather!(..all.take(100)).await;
}

#[test]
fn io_does_not_hold_the_clock_for_ever_and_a_wait_that_was_quiet_no_longer() {
    let outcome = try_test(virtual_time(), || async {
        let (silent, _peer) = UnixStream::pair().unwrap();
        let silent = Async::new(silent).unwrap();
        let start = Instant::now();
        assert!(timeout(HOUR, silent.readable()).await.is_err());
        assert_eq!(start.elapsed(), HOUR);
        // Ten thousand jumps over one wait: 10 ms for each would be more than the limit of the test.
        race!(
            async {
                silent.readable().await.unwrap();
            },
            async {
                spawn(async {
                    for _ in 0..10_000 {
                        sleep(HOUR).await;
                    }
                })
                .await
                .unwrap();
            }
        )
        .await;
        assert_eq!(start.elapsed(), 10_001 * HOUR);
    });
    assert_eq!(outcome.failure(), None);
}

#[test]
fn jumps_over_waits_of_the_crates_own_cost_no_real_time() {
    let outcome = try_test(virtual_time(), || async {
        let event = Event::new();
        let waits: Vec<_> = (0..1000).map(|n| sleep(n * HOUR)).collect();
        let wide = gather!(..waits);
        let ticks = async {
            for _ in 0..10_000 {
                assert!(timeout(HOUR, event.wait()).await.is_err());
            }
        };
        let started = std::time::Instant::now();
        gather!(ticks, wide).await;
        // 11 000 jumps: with 10 ms for each, 110 s.
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    });
    assert_eq!(outcome.failure(), None);
}

// A wait that was quiet is no longer, once its task has run.
#[test]
fn a_wait_has_its_time_anew_when_its_task_has_run() {
    if !COUNTED {
        return;
    }
    let outcome = try_test(virtual_time(), || async {
        let started = std::time::Instant::now();
        let gate = Gate::new(); // never opened
        let mut wait = pin!(gate.pass());
        for _ in 0..5 {
            let mut moment = pin!(sleep(HOUR));
            poll_fn(|cx| {
                assert!(wait.as_mut().poll(cx).is_pending());
                if moment.as_mut().poll(cx).is_ready() { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
        assert!(started.elapsed() >= Duration::from_millis(50), "{:?}", started.elapsed());
    });
    assert_eq!(outcome.failure(), None);
}

#[test]
fn only_what_was_slept_for_real_is_counted_as_slept() {
    let moment = Duration::from_millis(20);
    let real = || TestOptions { virtual_time: false, ..virtual_time() };
    let slept = try_test(real(), move || async move {
        let two = (sleep(moment), sleep(moment)); // at once: they count once
        gather!(two.0, two.1).await;
    })
    .slept();
    assert!(slept >= moment, "{slept:?}");
    // A limit that is not reached, a thread, and virtual time are no sleep.
    let call = move || async move {
        let call = to_thread(move || std::thread::sleep(moment));
        timeout(HOUR, call).await.unwrap();
    };
    assert_eq!(try_test(real(), call).slept(), Duration::ZERO);
    assert_eq!(try_test(virtual_time(), || sleep(HOUR)).slept(), Duration::ZERO);
}

#[test]
fn all_blocked_is_seen_beside_io() {
    let outcome = try_test(virtual_time(), || async {
        let (silent, _peer) = UnixStream::pair().unwrap();
        let silent = Async::new(silent).unwrap();
        let reader = spawn(async move { silent.readable().await.unwrap() });
        wait_all_blocked().await;
        assert!(!reader.is_finished());
    });
    assert_eq!(outcome.failure(), None);
}
