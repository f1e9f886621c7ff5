//! What a test moves by hand: the clock, its tasks to where they wait, and their order.
#![forbid(unsafe_code)]

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use taipan::__private::{TestOptions, test_once, try_test};
use taipan::sync::{Event, Mutex, Queue};
use taipan::testing::{Sequencer, wait_all_blocked};
use taipan::time::{Instant, advance};
use taipan::{gather, race, sleep, spawn, spawn_local, timeout, to_thread, yield_now};
use taipan_tests::{Counter, Gate, Log, WakeCounter, poll_once, poll_with};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

fn virtual_time() -> TestOptions {
    let timeout = Some(Duration::from_secs(60));
    TestOptions { virtual_time: true, timeout, ..TestOptions::default() }
}

/// What `f` panics with.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else { panic!("it did not panic") };
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).expect("a panic with a message")
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn an_advance_moves_the_clock_by_exactly_so_much() {
    let start = Instant::now();
    for duration in [SECOND, Duration::from_nanos(1), Duration::ZERO, 1000 * HOUR] {
        let before = Instant::now();
        advance(duration).await;
        assert_eq!(before.elapsed(), duration);
    }
    assert_eq!(start.elapsed(), 1000 * HOUR + SECOND + Duration::from_nanos(1));
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn what_is_due_on_the_way_fires_in_order_with_its_consequences() {
    let log = Log::new();
    let start = Instant::now();
    // Each sets off a chain that takes several polls and no time.
    for seconds in [3, 1, 2, 4, 6] {
        let log = log.clone();
        spawn(async move {
            sleep(seconds * SECOND).await;
            for _ in 0..5 {
                yield_now().await;
                assert_eq!(start.elapsed(), seconds * SECOND);
            }
            log.add(seconds.to_string());
        })
        .detach();
    }
    advance(4 * SECOND).await;
    assert_eq!((log.get().as_str(), start.elapsed()), ("1 2 3 4", 4 * SECOND));
    advance(SECOND).await;
    assert_eq!(log.get(), "1 2 3 4");
    advance(SECOND).await;
    assert_eq!(log.get(), "1 2 3 4 6");
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn a_timer_that_is_set_on_the_way_fires_on_the_way() {
    let ticks = Counter::new();
    let counting = ticks.clone();
    drop(spawn(async move {
        loop {
            sleep(SECOND).await;
            counting.add();
        }
    }));
    advance(10 * SECOND).await;
    assert_eq!(ticks.get(), 10);
    advance(SECOND / 2).await;
    assert_eq!(ticks.get(), 10);
    advance(SECOND / 2).await;
    assert_eq!(ticks.get(), 11);
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn an_advance_by_nothing_lets_the_others_come_to_where_they_wait() {
    let task = spawn(async {
        for _ in 0..100 {
            yield_now().await;
        }
    });
    advance(Duration::ZERO).await;
    assert!(task.is_finished());
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn an_advance_does_not_wait_for_a_call_that_runs() {
    let (end, ended) = mpsc::channel::<()>();
    let start = Instant::now();
    let call = spawn(async move { to_thread(move || ended.recv().unwrap_err()).await });
    advance(HOUR).await;
    assert_eq!((start.elapsed(), call.is_finished()), (HOUR, false));
    drop(end);
    let _ = call.await.unwrap();
    assert_eq!(start.elapsed(), HOUR);
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn two_advances_at_once_overlap_as_sleeps_do() {
    let start = Instant::now();
    let log = Log::new();
    let (long, short) = (
        async {
            advance(3 * SECOND).await;
            log.add(format!("long@{}", start.elapsed().as_secs()));
        },
        async {
            advance(2 * SECOND).await;
            log.add(format!("short@{}", start.elapsed().as_secs()));
        },
    );
    gather!(long, short).await;
    assert_eq!(log.get(), "short@2 long@3");
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn an_advance_that_is_dropped_leaves_the_clock_where_it_has_come_to() {
    let start = Instant::now();
    let moved = timeout(2 * SECOND, advance(5 * SECOND)).await;
    assert!(moved.is_err());
    assert_eq!(start.elapsed(), 2 * SECOND);
    advance(SECOND).await;
    assert_eq!(start.elapsed(), 3 * SECOND);
}

#[test]
fn an_advance_of_real_time_is_a_mistake_that_says_what_to_write() {
    let words = "`advance` moves virtual time, and this time is real: write `#[taipan::test(virtual_time)]`";
    assert_eq!(panic_of(|| advance(SECOND)), words);
    let real =
        || panic_of(|| test_once(TestOptions::default(), || async { advance(SECOND).await }));
    assert_eq!(real(), words);
    let far = || test_once(virtual_time(), || async { advance(Duration::MAX).await });
    assert!(panic_of(far).ends_with("goes further than time can be counted"));
}

/// Both in virtual and in real time.
fn in_both<F: Future<Output = ()> + 'static>(body: fn() -> F) {
    for virtual_time in [true, false] {
        test_once(TestOptions { virtual_time, ..self::virtual_time() }, body);
    }
}

// AC541
#[test]
fn it_waits_until_all_others_wait() {
    in_both(|| async {
        let done = Counter::new();
        for yields in [0, 5, 100] {
            let done = done.clone();
            spawn(async move {
                for _ in 0..yields {
                    yield_now().await;
                }
                done.add();
                pending::<()>().await;
            })
            .detach();
        }
        let local = done.clone();
        drop(spawn_local(async move {
            yield_now().await;
            local.add();
        }));
        wait_all_blocked().await;
        assert_eq!(done.get(), 4);
        wait_all_blocked().await;
    });
}

// AC539
#[taipan::test(virtual_time, timeout = 1m)]
async fn time_stands_still_until_it_has_gone_on() {
    let start = Instant::now();
    let sleeper = spawn(sleep(HOUR));
    for _ in 0..10 {
        wait_all_blocked().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
    sleeper.await.unwrap();
    assert_eq!(start.elapsed(), HOUR);
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn who_waits_for_a_call_or_for_a_time_waits() {
    let (end, ended) = mpsc::channel::<()>();
    let call = spawn(async move { to_thread(move || ended.recv().unwrap_err()).await });
    let sleeper = spawn(sleep(HOUR));
    wait_all_blocked().await;
    assert!(!call.is_finished() && !sleeper.is_finished());
    drop(end);
    let _ = call.await.unwrap();
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn all_who_wait_for_that_go_on_together() {
    let log = Log::new();
    let one = async {
        wait_all_blocked().await;
        log.add("a");
        yield_now().await;
        log.add("a");
    };
    let other = async {
        wait_all_blocked().await;
        log.add("b");
    };
    gather!(one, other).await;
    assert_eq!(log.get(), "a b a");
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn a_wait_for_that_may_be_dropped_and_a_wake_for_something_else_does_not_end_it() {
    let event = Event::new();
    race!(wait_all_blocked(), async {}).await;
    let mut all = pin!(wait_all_blocked());
    let (wakes, waker) = WakeCounter::new();
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    assert_eq!(wakes.get(), 0);
    event.set();
    yield_now().await;
    assert!(poll_once(all.as_mut()).is_pending());
    // Only once this task waits, too.
    wait_all_blocked().await;
    assert!(poll_once(all.as_mut()).is_ready());
}

#[test]
fn outside_a_test_it_says_where_it_works() {
    let words = "`wait_all_blocked` works in a `#[taipan::test]` with one thread: nowhere else are all seen";
    assert_eq!(panic_of(|| taipan::run(wait_all_blocked())), words);
    let threads = TestOptions { threads: 2, ..TestOptions::default() };
    assert_eq!(panic_of(|| test_once(threads, wait_all_blocked)), words);
}

// AC543
#[test]
fn a_sequencer_fixes_the_order() {
    let logs = Arc::new(std::sync::Mutex::new(Vec::new()));
    let all = Arc::clone(&logs);
    let options = TestOptions { seeds: Some(100), ..virtual_time() };
    let outcome = try_test(options, move || {
        let all = Arc::clone(&all);
        async move {
            let (log, steps) = (Log::new(), Arc::new(Sequencer::new()));
            let tasks = [[5, 8], [0, 3], [2, 7], [1, 4]].map(|mine| {
                let (log, steps) = (log.clone(), Arc::clone(&steps));
                spawn(async move {
                    for number in mine {
                        let step = steps.step(number).await;
                        yield_now().await; // nobody comes between
                        log.add(format!("{}", step.number()));
                    }
                })
            });
            drop(steps.step(6).await);
            for task in tasks {
                task.await.unwrap();
            }
            all.lock().unwrap().push(log.get());
        }
    });
    assert_eq!(outcome.failure(), None);
    assert_eq!(*logs.lock().unwrap(), vec!["0 1 2 3 4 5 7 8"; 100]);
}

#[taipan::test]
async fn a_step_is_free_when_the_one_before_has_ended_and_not_before() {
    let steps = Sequencer::new();
    let (wakes, waker) = WakeCounter::new();
    let (mut first, mut second) = (pin!(steps.step(0)), pin!(steps.step(1)));
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    let Poll::Ready(step) = poll_once(first.as_mut()) else { panic!("it is free") };
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    assert_eq!(wakes.get(), 0);
    drop(step);
    assert_eq!(wakes.get(), 1);
    assert!(poll_with(second.as_mut(), &waker).is_ready());
}

#[test]
fn a_step_that_is_taken_twice_is_a_mistake_with_both_lines() {
    let steps = Sequencer::new();
    let line = line!() + 1;
    let _first = steps.step(3);
    let words = panic_of(|| drop(steps.step(3)));
    assert!(
        words.starts_with(&format!("step 3 is taken twice: at {}:{line}:", file!())),
        "{words}"
    );
}

#[test]
fn a_step_that_is_given_up_breaks_the_sequence() {
    let line = line!() + 5;
    let words = panic_of(move || {
        test_once(virtual_time(), || async {
            let steps = Arc::new(Sequencer::new());
            let theirs = Arc::clone(&steps);
            let task = spawn(async move { drop(theirs.step(1).await) });
            yield_now().await;
            task.stop().await;
            drop(steps.step(0).await); // also one that comes before it, if it was not free by then
        });
    });
    let start = format!("step 0 cannot come: step 1 (at {}:{line}:", file!());
    assert!(words.starts_with(&start), "{words}");
    assert!(words.ends_with(") was given up before its turn"), "{words}");
}

#[test]
fn who_waits_when_a_step_is_given_up_is_told_at_once() {
    let words = panic_of(|| {
        test_once(virtual_time(), || async {
            let steps = Sequencer::new();
            let waits = async { drop(steps.step(2).await) };
            let gives_up = async {
                let step = steps.step(1);
                drop(step); // not even awaited
                pending::<()>().await;
            };
            gather!(waits, gives_up).await;
        });
    });
    assert!(words.starts_with("step 2 cannot come: step 1 (at "), "{words}");
}

// The helpers together: what a test of a queue with two consumers looks like.
#[taipan::test(virtual_time, timeout = 1m)]
async fn the_one_who_came_first_is_served_first() {
    let queue = Queue::new(1);
    let steps = Arc::new(Sequencer::new());
    let consumers = [1, 0].map(|number| {
        let (queue, steps) = (queue.clone(), Arc::clone(&steps));
        spawn(async move {
            let mut get = pin!(queue.get());
            let step = steps.step(number).await;
            poll_fn(|cx| Poll::Ready(get.as_mut().poll(cx).is_pending())).await;
            drop(step);
            get.await
        })
    });
    wait_all_blocked().await;
    queue.put('a').await.unwrap();
    queue.put('b').await.unwrap();
    let [second, first] = consumers;
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (Some('a'), Some('b')));
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn a_lock_that_is_held_over_a_sleep_is_had_after_it() {
    let (mutex, gate) = (Arc::new(Mutex::new(0)), Gate::new());
    let (theirs, opening) = (Arc::clone(&mutex), gate.clone());
    let holder = spawn(async move {
        let mut guard = theirs.lock().await;
        opening.open();
        sleep(HOUR).await;
        *guard = 1;
    });
    gate.pass().await;
    assert_eq!(*mutex.lock().await, 1);
    holder.await.unwrap();
}

// As it stands in the guide to testing, where nothing compiles it.
mod guide {
    use std::time::Duration;
    use taipan::prelude::*;
    use taipan::time::{Instant, advance};

    #[taipan::test(virtual_time)]
    async fn a_day_is_nothing() {
        let start = Instant::now();
        sleep!(1d).await;
        assert_eq!(start.elapsed(), Duration::from_secs(86_400));

        let limited = spawn(timeout(60.secs(), std::future::pending::<()>()));
        advance(59.secs()).await; // by hand, and exactly so far
        assert!(!limited.is_finished());
        advance(1.secs()).await;
        assert!(limited.await.unwrap().is_err());
    }
}
