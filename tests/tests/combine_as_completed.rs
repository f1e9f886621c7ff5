//! `as_completed`: the order of the values, what is polled meanwhile, and what becomes of the rest.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use taipan::{AsCompleted, as_completed, spawn, tasks, timeout, yield_now};
use taipan_tests::{Counter, Gate, WakeCounter, bounded, counted, poll_once, poll_with, with_exit};

/// Waits for `gate`, then gives `value`.
async fn after<T>(gate: &Gate, value: T) -> T {
    gate.pass().await;
    value
}

/// Asks for the next value with a waker that does nothing.
fn next<F: Future>(values: &mut AsCompleted<F>) -> Poll<Option<F::Output>> {
    poll_once(pin!(values.next()))
}

// G133, G138: below and above the number from which only the woken ones are polled.
#[test]
fn values_come_in_the_order_of_completion() {
    for count in [3, 100] {
        let gates: Vec<_> = (0..count).map(|_| Gate::new()).collect();
        let mut values = as_completed(gates.iter().enumerate().map(|(n, gate)| after(gate, n)));
        for n in (0..count).rev() {
            assert!(next(&mut values).is_pending());
            gates[n].open();
            assert_eq!(next(&mut values), Poll::Ready(Some(n)));
        }
        assert_eq!(next(&mut values), Poll::Ready(None));
        assert_eq!(next(&mut values), Poll::Ready(None));
    }
}

#[test]
fn what_ended_between_two_polls_comes_in_order_of_the_arguments_and_none_is_lost() {
    for count in [3, 100] {
        let gates: Vec<_> = (0..count).map(|_| Gate::new()).collect();
        let mut values = as_completed(gates.iter().enumerate().map(|(n, gate)| after(gate, n)));
        assert!(next(&mut values).is_pending());
        gates.iter().rev().for_each(Gate::open);
        for n in 0..count {
            assert_eq!(next(&mut values), Poll::Ready(Some(n)));
        }
        assert_eq!(next(&mut values), Poll::Ready(None));
    }
}

#[test]
fn all_futures_begin_before_the_first_value_is_given() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let mut values = as_completed((0..5).map(|n| counted(ready(n), &polls, &drops)));
    assert_eq!(polls.get(), 0);
    assert_eq!(next(&mut values), Poll::Ready(Some(0)));
    assert_eq!((polls.get(), drops.get()), (5, 5));
    assert_eq!(values.size_hint(), (4, Some(4)));
}

#[test]
fn only_what_was_woken_is_polled_from_30_up() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let gates: Vec<_> = (0..30).map(|_| Gate::new()).collect();
    let futures = gates.iter().map(|gate| counted(after(gate, ()), &polls, &drops));
    let mut values = as_completed(futures);
    let (wakes, waker) = WakeCounter::new();
    assert!(poll_with(pin!(values.next()), &waker).is_pending());
    assert_eq!((polls.get(), wakes.get()), (30, 0));
    for (n, gate) in gates.iter().enumerate() {
        gate.open();
        assert_eq!(wakes.get(), n + 1);
        assert_eq!(poll_with(pin!(values.next()), &waker), Poll::Ready(Some(())));
        assert_eq!((polls.get(), drops.get()), (31 + n, 1 + n));
        if n < 29 {
            assert!(poll_with(pin!(values.next()), &waker).is_pending());
        }
    }
    assert_eq!((polls.get(), wakes.get()), (60, 30));
    assert_eq!(next(&mut values), Poll::Ready(None));
}

#[test]
fn of_nothing_there_is_no_value() {
    let mut values = as_completed(Vec::<std::future::Ready<()>>::new());
    assert_eq!(values.size_hint(), (0, Some(0)));
    assert_eq!(next(&mut values), Poll::Ready(None));
}

#[test]
fn a_limit_counts_what_runs_and_what_waits_to_be_taken() {
    for count in [5, 100] {
        let (polls, drops) = (Counter::new(), Counter::new());
        let gate = Gate::new();
        let futures = (0..count).map(|n| {
            let gate = &gate;
            let first = async move {
                if n == 1 {
                    gate.pass().await;
                }
                n
            };
            counted(first, &polls, &drops)
        });
        let mut values = as_completed(futures).limit(2);
        assert_eq!(next(&mut values), Poll::Ready(Some(0)));
        assert_eq!(polls.get(), 2, "two began");
        assert_eq!(next(&mut values), Poll::Ready(Some(2)), "the second one waits");
        gate.open();
        // In rounds of at most two.
        let mut rest = Vec::new();
        while let Poll::Ready(Some(n)) = next(&mut values) {
            rest.push(n);
            assert!(drops.get() <= rest.len() + 3);
        }
        rest.sort_unstable();
        let expected: Vec<_> = (0..count).filter(|n| ![0, 2].contains(n)).collect();
        assert_eq!(rest, expected);
        assert_eq!(drops.get(), count);
    }
}

#[test]
#[should_panic(expected = "a limit of 0 lets nothing run")]
fn a_limit_of_nothing_is_refused() {
    let _ = as_completed([ready(())]).limit(0);
}

// G137
#[test]
fn the_loop_can_be_left_and_resumed_and_a_dropped_next_loses_nothing() {
    let gates = [Gate::new(), Gate::new()];
    let mut values = as_completed(gates.iter().enumerate().map(|(n, gate)| after(gate, n)));
    {
        let mut asked = pin!(values.next());
        assert!(poll_once(asked.as_mut()).is_pending());
        gates.iter().for_each(Gate::open);
    }
    assert_eq!(next(&mut values), Poll::Ready(Some(0)));
    assert_eq!(next(&mut values), Poll::Ready(Some(1)));
    assert_eq!(next(&mut values), Poll::Ready(None));
}

#[test]
fn it_is_a_stream() {
    let values = as_completed((0..50).map(ready)).limit(8);
    let all: Vec<_> = futures_lite::future::block_on(values.collect());
    assert_eq!(all, (0..50).collect::<Vec<_>>());
    let mut values = as_completed([ready(1)]);
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(Pin::new(&mut values).poll_next(&mut cx), Poll::Ready(Some(1)));
    assert_eq!(Pin::new(&mut values).poll_next(&mut cx), Poll::Ready(None));
}

// G135, G140: leaving the loop cancels the rest, and the scope around it waits for their exits.
#[taipan::test]
async fn what_is_left_is_cancelled_and_its_exits_are_awaited() {
    for count in [3, 40] {
        let (entered, exited) = (Counter::new(), Counter::new());
        let first = timeout(Duration::from_secs(60), async {
            let (ready, exits) = (Gate::new(), exited.clone());
            let mut values = as_completed((0..count).map(|n| {
                let (entered, exits, all) = (entered.clone(), exits.clone(), ready.clone());
                async move {
                    if n == 0 {
                        all.pass().await;
                        return n;
                    }
                    let begun = move || {
                        entered.add();
                        if entered.get() == count - 1 {
                            all.open();
                        }
                    };
                    with_exit(begun, move || exits.add()).await;
                    unreachable!("it waits for ever");
                }
            }));
            values.next().await
        });
        assert_eq!(first.await.unwrap(), Some(0));
        assert_eq!((entered.get(), exited.get()), (count - 1, count - 1));
    }
}

// G140: tasks by value are owned.
#[taipan::test]
async fn tasks_by_value_are_cancelled_when_the_loop_is_left() {
    let exited = Counter::new();
    let result = timeout(Duration::from_secs(60), async {
        let begun = Gate::new();
        let (ready, exits) = (begun.clone(), exited.clone());
        let held = spawn(with_exit(move || ready.open(), move || exits.add()));
        begun.pass().await;
        let mut ends = as_completed([spawn(async {}), held]);
        ends.next().await.unwrap().unwrap();
    });
    result.await.unwrap();
    assert_eq!(exited.get(), 1);
    assert_eq!(tasks().len(), 1, "both have ended");
}

// G135: tasks by reference are watched.
#[taipan::test]
async fn tasks_by_reference_are_left_alone() {
    let gate = Gate::new();
    let pass = gate.clone();
    let mut tasks = [spawn(async { 1 }), spawn(async move { after(&pass, 2).await })];
    {
        let mut ends = as_completed(&mut tasks);
        assert_eq!(ends.next().await.unwrap().unwrap(), 1);
    }
    gate.open();
    let [_, second] = tasks;
    assert_eq!(second.await.unwrap(), 2);
}

// G141: as a value, and the loop decides.
#[taipan::test]
async fn a_task_that_failed_is_a_value_like_any_other() {
    let mut ends = as_completed([spawn(async { 1 }), spawn(async { panic!("no route") })]);
    let mut seen = (0, 0);
    while let Some(end) = ends.next().await {
        match end {
            Ok(1) => seen.0 += 1,
            Ok(_) => unreachable!(),
            Err(error) => {
                assert!(error.is_panic());
                seen.1 += 1;
            }
        }
    }
    assert_eq!(seen, (1, 1));
}

// G135: the limit of time is around the loop.
#[taipan::test(virtual_time)]
async fn a_timeout_around_the_loop_keeps_what_came() {
    let mut came = Vec::new();
    let late = timeout(Duration::from_secs(5), async {
        let mut values = as_completed([9, 3, 1].map(async |n| {
            taipan::sleep(Duration::from_secs(n)).await;
            n
        }));
        while let Some(n) = values.next().await {
            came.push(n);
        }
    });
    assert!(late.await.is_err());
    assert_eq!(came, [1, 3]);
}

#[test]
fn a_panic_comes_out_and_drops_the_others() {
    let drops = Counter::new();
    let dropped = drops.clone();
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let futures = (0..3).map(|n| {
            let child = async move {
                assert!(n != 1, "panic on purpose");
                pending::<()>().await;
            };
            counted(child, &Counter::new(), &dropped)
        });
        let mut values = as_completed(futures);
        let _ = next(&mut values);
    }));
    assert!(result.is_err());
    assert_eq!(drops.get(), 3);
}

// Each value once, also while tasks end on four threads, and no round polls them all.
#[test]
fn ten_thousand_tasks_on_four_threads() {
    const TASKS: usize = 10_000;
    let (sum, most) = bounded(|| {
        taipan::Runtime::builder().threads(4).build().run(async {
            static POLLS: AtomicUsize = AtomicUsize::new(0);
            let spawned = (0..TASKS).map(|n| {
                spawn(async move {
                    for _ in 0..n % 3 {
                        yield_now().await;
                    }
                    n
                })
            });
            let watched = spawned.map(|task| {
                let mut task = Box::pin(task.into_future());
                std::future::poll_fn(move |cx| {
                    POLLS.fetch_add(1, Ordering::Relaxed);
                    task.as_mut().poll(cx)
                })
            });
            let mut ends = as_completed(watched);
            let mut sum = 0;
            while let Some(end) = ends.next().await {
                sum += end.unwrap();
            }
            (sum, POLLS.load(Ordering::Relaxed))
        })
    });
    assert_eq!(sum, TASKS * (TASKS - 1) / 2);
    assert!(most <= 2 * TASKS, "{most} polls: each task is polled at its beginning and at its end");
}
