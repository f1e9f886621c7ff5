//! What `#[taipan::test]` calls: values, panics, the limit of time, and virtual time.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use taipan::__private::{TestOptions, test_once as test};
use taipan::time::{Instant, interval};
use taipan::{Task, sleep, spawn, spawn_local, timeout, to_thread, yield_now};
use taipan_tests::{Counter, Gate, Log, counted, on_drop, with_exit};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Long enough for every test here, and no more than a hang may take.
const LIMIT: Option<Duration> = Some(Duration::from_secs(60));

fn real() -> TestOptions {
    TestOptions { timeout: LIMIT, ..TestOptions::default() }
}

fn virtual_time() -> TestOptions {
    TestOptions { virtual_time: true, ..real() }
}

/// A limit for bodies that never end by themselves.
fn brief() -> TestOptions {
    TestOptions { timeout: Some(Duration::from_secs(1)), ..TestOptions::default() }
}

/// What `f` panics with.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else { panic!("it did not panic") };
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).expect("a panic with a message")
}

#[test]
fn gives_the_bodys_value() {
    assert_eq!(test(real(), || async { spawn(async { 42 }).await.unwrap() }), 42);
    let error = test(real(), || async { Err::<(), _>("no route") }).unwrap_err();
    assert_eq!(error, "no route");
}

#[test]
fn the_body_may_be_a_future_that_is_not_send() {
    let value = test(real(), || async {
        let shared = std::rc::Rc::new(1);
        yield_now().await;
        *shared
    });
    assert_eq!(value, 1);
}

#[test]
fn a_panic_of_the_body_comes_out_with_its_message() {
    assert_eq!(panic_of(|| test(real(), || async { panic!("as it was") })), "as it was");
    let n = 3;
    assert_eq!(panic_of(|| test(real(), move || async move { panic!("{n} left") })), "3 left");
    // Also one while the future is made.
    let body = || -> std::future::Ready<()> { panic!("no body") };
    assert_eq!(panic_of(|| test(real(), body)), "no body");
}

#[test]
fn its_thread_has_the_tests_name() {
    let here = std::thread::current().name().map(str::to_owned);
    let there = test(real(), || async { std::thread::current().name().map(str::to_owned) });
    assert_eq!(there, here);
}

#[test]
fn one_thread_runs_the_tasks_in_the_order_of_their_spawns() {
    let log = Log::new();
    let words = log.clone();
    test(real(), || async move {
        let here = std::thread::current().id();
        let say = |word: &'static str| {
            let words = words.clone();
            spawn(async move {
                words.add(word);
                std::thread::current().id()
            })
        };
        for task in [say("a"), say("b"), say("c")] {
            assert_eq!(task.await.unwrap(), here);
        }
    });
    assert_eq!(log.get(), "a b c");
}

#[test]
fn a_hanging_test_fails_and_lists_the_live_tasks() {
    let (ended, hear) = mpsc::channel::<()>();
    let gate = Gate::new();
    let release = gate.clone();
    let text = panic_of(move || {
        test(brief(), move || async move {
            let _ended = ended;
            let fetch = Task::builder().name("fetch").spawn(pending::<()>());
            spawn(async {}).await.unwrap();
            let begun = Gate::new();
            let (ready, exit) = (begun.clone(), gate.clone());
            let closing = Task::builder().name("closing").spawn(with_exit(
                move || ready.open(),
                move || futures_lite::future::block_on(exit.pass()),
            ));
            begun.pass().await;
            closing.cancel();
            gate.pass().await;
            drop((fetch, closing));
        });
    });
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "the test did not end within 1s; alive:");
    let starts = [
        format!("  `main` (run at {}:", file!()),
        format!("  task `fetch` (spawned at {}:", file!()),
        format!("  task `closing` (spawned at {}:", file!()),
        "  thread call `thread-".to_owned(),
    ];
    // The call is told that nobody awaits its value.
    let ends = ["): pending", "): pending", "): cancelling", "): cancelling"];
    assert_eq!(lines.len(), 5, "{text}");
    for (line, (start, end)) in lines[1..].iter().zip(starts.iter().zip(ends)) {
        assert!(line.starts_with(start) && line.ends_with(end), "{text}");
    }
    // Not left behind: it ends as soon as it can.
    release.open();
    hear.recv().unwrap_err();
}

#[test]
fn the_list_names_the_lines_of_the_spawns() {
    let (ended, hear) = mpsc::channel::<()>();
    let gate = Gate::new();
    let release = gate.clone();
    let (tell, told) = mpsc::channel();
    let run = line!() + 2;
    let text = panic_of(move || {
        test(brief(), move || async move {
            let _ended = ended;
            tell.send(line!() + 1).unwrap();
            drop(spawn(pending::<()>()));
            gate.pass().await;
        });
    });
    let spawned = told.recv().unwrap();
    assert!(text.contains(&format!("`main` (run at {}:{run}:", file!())), "{text}");
    assert!(text.contains(&format!("(spawned at {}:{spawned}:", file!())), "{text}");
    release.open();
    hear.recv().unwrap_err();
}

#[test]
fn a_test_that_is_stuck_in_a_poll_fails_likewise() {
    for in_main in [true, false] {
        let (release, blocked) = mpsc::channel::<()>();
        let (ended, hear) = mpsc::channel::<()>();
        let text = panic_of(move || {
            test(brief(), move || async move {
                let _ended = ended;
                let stuck = async move {
                    let _ = blocked.recv();
                };
                if in_main {
                    stuck.await;
                } else {
                    Task::builder().name("stuck").spawn(stuck).await.unwrap();
                }
            });
        });
        assert!(text.starts_with("the test did not end within 1s; alive:\n  `main` (run"));
        assert_eq!(text.contains("\n  task `stuck` (spawned at "), !in_main, "{text}");
        drop(release);
        hear.recv().unwrap_err();
    }
}

#[test]
fn a_virtual_test_that_nothing_can_wake_fails_at_its_limit() {
    let gate = Gate::new();
    let release = gate.clone();
    let (ended, hear) = mpsc::channel::<()>();
    let options = TestOptions { virtual_time: true, ..brief() };
    let text = panic_of(move || {
        test(options, move || async move {
            let _ended = ended;
            sleep(HOUR).await;
            gate.pass().await;
        });
    });
    assert!(text.starts_with("the test did not end within 1s"), "{text}");
    release.open();
    hear.recv().unwrap_err();
}

#[test]
fn leftover_tasks_are_cancelled_and_their_exits_awaited() {
    let log = Log::new();
    let words = log.clone();
    test(real(), || async move {
        let ready = Gate::new();
        let begun = ready.clone();
        drop(spawn(with_exit(move || begun.open(), move || words.add("exit"))));
        ready.pass().await;
    });
    assert_eq!(log.get(), "exit");
}

#[test]
fn hours_pass_at_once() {
    let started = std::time::Instant::now();
    let elapsed = test(virtual_time(), || async {
        let start = Instant::now();
        sleep(DAY).await;
        for _ in 0..100 {
            sleep(HOUR).await;
        }
        start.elapsed()
    });
    assert_eq!(elapsed, DAY + 100 * HOUR);
    assert!(started.elapsed() < HOUR);
}

#[test]
fn without_virtual_time_a_sleep_takes_its_time() {
    let started = std::time::Instant::now();
    test(real(), || async { sleep(Duration::from_millis(5)).await });
    assert!(started.elapsed() >= Duration::from_millis(5));
}

#[test]
fn real_time_passes_while_a_task_has_work() {
    test(real(), || async {
        let sleeper = spawn(sleep(Duration::from_millis(5)));
        while !sleeper.is_finished() {
            yield_now().await;
        }
    });
}

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    let log = test(virtual_time(), || async {
        let log = Log::new();
        let start = Instant::now();
        let tasks = [3, 1, 2, 1].map(|hours| {
            let log = log.clone();
            spawn(async move {
                sleep(hours * HOUR).await;
                log.add(format!("{hours}@{}", (start.elapsed().as_secs()) / 3600));
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        log.get()
    });
    assert_eq!(log, "1@1 1@1 2@2 3@3");
}

#[test]
fn intervals_and_timeouts_count_on_the_same_clock() {
    test(virtual_time(), || async {
        let start = Instant::now();
        let ticks = Counter::new();
        let counting = async {
            let mut hours = interval(HOUR);
            loop {
                hours.tick().await;
                ticks.add();
            }
        };
        timeout(DAY - Duration::from_secs(1), counting).await.unwrap_err();
        assert_eq!(start.elapsed(), DAY - Duration::from_secs(1));
        // At 0, 1, .., 23 hours.
        assert_eq!(ticks.get(), 24);
    });
}

#[test]
fn time_does_not_move_while_a_task_can_run() {
    test(virtual_time(), || async {
        let start = Instant::now();
        let task = spawn(async move {
            for _ in 0..1000 {
                yield_now().await;
            }
            start.elapsed()
        });
        sleep(HOUR).await;
        assert_eq!(task.await.unwrap(), Duration::ZERO);
        assert_eq!(start.elapsed(), HOUR);
    });
}

#[test]
fn a_local_task_counts_as_work() {
    test(virtual_time(), || async {
        let start = Instant::now();
        let task = spawn_local(async move {
            for _ in 0..1000 {
                yield_now().await;
            }
            start.elapsed()
        });
        sleep(HOUR).await;
        assert_eq!(task.await.unwrap(), Duration::ZERO);
        assert_eq!(start.elapsed(), HOUR);
    });
}

// One that only waits does not.
#[test]
fn a_local_task_may_sleep() {
    test(virtual_time(), || async {
        let start = Instant::now();
        let task = spawn_local(async move {
            sleep(HOUR).await;
            start.elapsed()
        });
        assert_eq!(task.await.unwrap(), HOUR);
    });
}

#[test]
fn time_stands_still_while_a_call_runs_on_a_thread() {
    test(virtual_time(), || async {
        let start = Instant::now();
        let hours = Counter::new();
        let counting = hours.clone();
        let sleeper = spawn(async move {
            sleep(HOUR).await;
            counting.add();
        });
        let seen = hours.clone();
        // It takes real time: the clock would jump in the first microseconds of it.
        let call = to_thread(move || {
            std::thread::sleep(Duration::from_millis(20));
            seen.get()
        });
        assert_eq!(call.await, 0);
        assert_eq!((start.elapsed(), hours.get()), (Duration::ZERO, 0));
        sleeper.await.unwrap();
        assert_eq!(start.elapsed(), HOUR);
    });
}

// Until its value is received: a timeout that is longer than nothing is not overtaken by the clock.
#[test]
fn a_call_is_never_too_late_for_a_virtual_timeout() {
    for _ in 0..50 {
        test(virtual_time(), || async {
            let call = to_thread(|| std::thread::sleep(Duration::from_micros(100)));
            timeout(Duration::from_nanos(1), call).await.unwrap();
        });
    }
}

#[test]
fn time_goes_on_once_a_call_was_abandoned() {
    let (release, blocked) = mpsc::channel::<()>();
    test(virtual_time(), || async move {
        let begun = Gate::new();
        let opening = begun.clone();
        let call = to_thread(move || {
            opening.open();
            let _ = blocked.recv();
        });
        let task = spawn(call.abandon_on_cancel());
        begun.pass().await;
        task.stop().await;
        let start = Instant::now();
        sleep(HOUR).await;
        assert_eq!(start.elapsed(), HOUR);
    });
    drop(release);
}

#[test]
fn a_message_from_another_thread_wakes_a_virtual_test() {
    test(virtual_time(), || async {
        let gate = Gate::new();
        let opening = gate.clone();
        let other = std::thread::spawn(move || opening.open());
        gate.pass().await;
        other.join().unwrap();
    });
}

// What an exit spawns sleeps as everybody does, and is cancelled in its turn.
#[test]
fn a_sleep_that_begins_in_the_shutdown_holds_nobody_up() {
    for virtual_time in [false, true] {
        let (polls, drops) = (Counter::new(), Counter::new());
        let sleeping = counted(async { sleep(DAY).await }, &polls, &drops);
        test(TestOptions { virtual_time, ..real() }, move || async move {
            let guard = on_drop(move || drop(spawn(sleeping)));
            drop(spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            }));
        });
        assert_eq!(drops.get(), 1);
    }
}
