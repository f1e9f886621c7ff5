//! One result, for many who await it.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use taipan::sync::Shared;
use taipan::{Runtime, spawn, yield_now};
use taipan_tests::{Counter, Gate, WakeCounter, bounded, counted, on_drop, poll_once, poll_with};

#[path = "support/crowd.rs"]
mod crowd;
#[path = "support/sync.rs"]
mod support;
use crowd::Crowd;
use support::{at_once, queue};

#[test]
fn it_runs_once_and_all_have_the_result() {
    let (polls, drops, gate) = (Counter::new(), Counter::new(), Gate::new());
    let passes = gate.clone();
    let future = async move {
        passes.pass().await;
        String::from("x")
    };
    let shared = Shared::new(counted(future, &polls, &drops));
    assert_eq!((polls.get(), shared.peek()), (0, None));
    let (a, mut b) = (queue(shared.get()), queue(shared.get()));
    assert!(b.waits());
    assert_eq!(polls.get(), 1);
    gate.open();
    assert_eq!(a.take(), "x");
    assert_eq!(b.take(), "x");
    assert_eq!(at_once(shared.clone().get()), "x");
    assert_eq!(shared.peek().map(String::as_str), Some("x"));
    // It has ended, and is dropped then.
    assert_eq!((polls.get(), drops.get()), (2, 1));
    assert_eq!(format!("{shared:?}"), "Shared(OnceCell(\"x\"))");
}

#[test]
fn its_wake_reaches_one_and_its_result_the_others() {
    let gate = Gate::new();
    let passes = gate.clone();
    let shared = Shared::new(async move { passes.pass().await });
    let ((a_wakes, a_waker), (b_wakes, b_waker)) = (WakeCounter::new(), WakeCounter::new());
    let (mut a, mut b) = (pin!(shared.get()), pin!(shared.get()));
    assert!(poll_with(a.as_mut(), &a_waker).is_pending());
    assert!(poll_with(b.as_mut(), &b_waker).is_pending());
    gate.open();
    assert_eq!((a_wakes.get(), b_wakes.get()), (1, 0));
    assert_eq!(poll_with(a, &a_waker), Poll::Ready(()));
    assert_eq!((a_wakes.get(), b_wakes.get()), (1, 1));
    assert_eq!(poll_with(b, &b_waker), Poll::Ready(()));
}

#[test]
fn when_the_first_is_cancelled_the_next_goes_on_from_there() {
    let steps = Counter::new();
    let counts = steps.clone();
    let shared = Shared::new(async move {
        for _ in 0..2 {
            counts.add();
            yield_now().await;
        }
        7
    });
    let first = queue(shared.get());
    assert_eq!(steps.get(), 1);
    let (wakes, waker) = WakeCounter::new();
    let mut second = pin!(shared.get());
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    drop(first);
    assert_eq!((wakes.get(), steps.get()), (1, 1));
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    assert_eq!(steps.get(), 2);
    assert_eq!(poll_with(second, &waker), Poll::Ready(7));
}

#[test]
fn it_rests_while_nobody_awaits_it_and_goes_with_its_last_handle() {
    let drops = Counter::new();
    let dropped = drops.clone();
    let guard = on_drop(move || dropped.add());
    let shared = Shared::new(async move {
        let _guard = guard;
        std::future::pending::<()>().await;
    });
    let other = shared.clone();
    let waits = queue(shared.get());
    drop(waits);
    assert_eq!(drops.get(), 0);
    drop(shared);
    drop(queue(other.get()));
    assert_eq!(drops.get(), 0);
    drop(other);
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_panic_reaches_everybody() {
    let shared = Shared::new(async {
        yield_now().await;
        panic!("boom");
    });
    let (first, second) = (queue(shared.get()), queue(shared.get()));
    let message = |get: support::Waiting<'_, ()>| {
        let payload = catch_unwind(AssertUnwindSafe(|| get.take())).unwrap_err();
        *payload.downcast_ref::<&str>().unwrap()
    };
    assert_eq!(message(first), "boom");
    assert_eq!(message(second), "the shared future has panicked");
    let late = catch_unwind(AssertUnwindSafe(|| poll_once(pin!(shared.get())).is_ready()));
    assert!(late.is_err());
}

// The waiters are polled only when they were woken.
#[test]
fn a_storm_of_awaiters() {
    for seed in [1, 0x9e37_79b9_7f4a_7c15, 0xdead_beef_cafe_f00d] {
        let steps = Counter::new();
        let counts = steps.clone();
        let shared = Shared::new(async move {
            for _ in 0..100 {
                counts.add();
                yield_now().await;
            }
            9
        });
        let (mut crowd, mut had) = (Crowd::new(seed), 0);
        for number in 0..10_000 {
            had += usize::from(crowd.come(shared.get()).is_some());
            if number % 200 == 0 {
                crowd.serve(2);
                had += usize::from(crowd.poll_any().is_some());
            }
            if number % 2 == 0 {
                crowd.cancel_any();
            }
        }
        while crowd.left > 0 {
            crowd.assert_somebody_was_woken();
            let served = crowd.serve(5);
            assert!(served.iter().all(|&value| value == 9));
            had += served.len();
        }
        assert!(had > 1000, "only {had} had it");
        assert_eq!(steps.get(), 100);
    }
}

#[test]
fn ten_thousand_tasks_share_a_result_on_four_threads() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let runs = Counter::new();
            let counts = runs.clone();
            let shared = Shared::new(async move {
                counts.add();
                for _ in 0..1000 {
                    yield_now().await;
                }
                11
            });
            let tasks: Vec<_> = (0..10_000)
                .map(|_| {
                    let shared = shared.clone();
                    spawn(async move { shared.get().await })
                })
                .collect();
            for task in tasks.iter().step_by(3) {
                task.cancel();
            }
            for task in tasks {
                if let Ok(value) = task.await {
                    assert_eq!(value, 11);
                }
            }
            assert_eq!((runs.get(), shared.peek()), (1, Some(&11)));
        });
    });
}
