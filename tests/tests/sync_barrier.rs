//! Barriers: who passes when, with which number, and what a cancellation, an abort and a reset leave.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use taipan::sync::{Barrier, BarrierStatistics};
use taipan::{Runtime, spawn, yield_now};
use taipan_tests::{WakeCounter, bounded, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

fn waiting(barrier: &Barrier) -> usize {
    barrier.statistics().waiting
}

// P323, P324
#[test]
fn nobody_passes_before_all_have_come_and_each_has_a_number() {
    let barrier = Barrier::new(3);
    let (mut first, mut second) = (queue(barrier.wait()), queue(barrier.wait()));
    assert!(first.waits() && second.waits());
    let last = at_once(barrier.wait()).unwrap();
    let (first, second) = (first.take().unwrap(), second.take().unwrap());
    assert_eq!([first.index(), second.index(), last.index()], [0, 1, 2]);
    assert_eq!([first, second, last].map(|passed| passed.is_leader()), [true, false, false]);
}

// P325
#[test]
fn one_party_never_waits() {
    let barrier = Barrier::new(1);
    for _ in 0..3 {
        assert!(at_once(barrier.wait()).unwrap().is_leader());
    }
}

// P326
#[test]
fn no_party_is_no_barrier() {
    assert!(catch_unwind(|| Barrier::new(0)).is_err());
}

// P327: it is of the next round, though some of the last have not run yet.
#[test]
fn one_that_comes_again_at_once_waits_for_the_next_round() {
    let barrier = Barrier::new(2);
    let first = queue(barrier.wait());
    at_once(barrier.wait()).unwrap();
    let mut again = queue(barrier.wait());
    assert_eq!(first.take().unwrap().index(), 0);
    assert!(again.waits());
    assert_eq!(at_once(barrier.wait()).unwrap().index(), 1);
    assert_eq!(again.take().unwrap().index(), 0);
}

#[test]
fn one_that_is_cancelled_is_not_counted() {
    let barrier = Barrier::new(3);
    let (first, second) = (queue(barrier.wait()), queue(barrier.wait()));
    drop(first);
    assert_eq!(waiting(&barrier), 1);
    let third = queue(barrier.wait());
    assert_eq!(at_once(barrier.wait()).unwrap().index(), 2);
    // The numbers are given when all have come: none is missing.
    assert_eq!([second, third].map(|passed| passed.take().unwrap().index()), [0, 1]);
}

#[test]
fn one_that_is_cancelled_once_all_have_come_holds_up_nobody() {
    let barrier = Barrier::new(3);
    let (first, second) = (queue(barrier.wait()), queue(barrier.wait()));
    at_once(barrier.wait()).unwrap();
    drop(first);
    assert_eq!(second.take().unwrap().index(), 1);
    assert_eq!(waiting(&barrier), 0);
}

// P330
#[test]
fn a_reset_turns_away_who_waits_and_leaves_the_barrier_as_new() {
    let barrier = Barrier::new(2);
    let (wakes, waker) = WakeCounter::new();
    let mut waits = Box::pin(barrier.wait());
    assert!(poll_with(waits.as_mut(), &waker).is_pending());
    barrier.reset();
    assert_eq!(wakes.get(), 1);
    let first = queue(barrier.wait());
    at_once(waits).unwrap_err();
    at_once(barrier.wait()).unwrap();
    first.take().unwrap();
}

// P331, P332: who was let through has passed.
#[test]
fn a_reset_disturbs_nobody_who_was_let_through() {
    let barrier = Barrier::new(2);
    let first = queue(barrier.wait());
    at_once(barrier.wait()).unwrap();
    let next = queue(barrier.wait());
    barrier.reset();
    first.take().unwrap();
    next.take().unwrap_err();
}

// P333
#[test]
fn an_abort_turns_away_all_until_a_reset() {
    let barrier = Barrier::new(2);
    let first = queue(barrier.wait());
    barrier.abort();
    first.take().unwrap_err();
    for _ in 0..2 {
        at_once(barrier.wait()).unwrap_err();
    }
    assert!(barrier.statistics().broken);
    barrier.reset();
    assert!(!barrier.statistics().broken);
    let first = queue(barrier.wait());
    at_once(barrier.wait()).unwrap();
    first.take().unwrap();
}

// P334
#[taipan::test]
async fn a_party_that_fails_frees_the_others_by_an_abort() {
    let barrier = Arc::new(Barrier::new(3));
    let tasks: Vec<_> = (0..3)
        .map(|n| {
            let barrier = Arc::clone(&barrier);
            spawn(async move {
                if n == 2 {
                    yield_now().await;
                    barrier.abort();
                    return false;
                }
                barrier.wait().await.is_err()
            })
        })
        .collect();
    let mut freed = 0;
    for task in tasks {
        freed += usize::from(task.await.unwrap());
    }
    assert_eq!(freed, 2);
}

#[test]
fn it_can_be_a_static_and_tells_of_itself() {
    static BARRIER: Barrier = Barrier::new(2);
    let _waits = queue(BARRIER.wait());
    let BarrierStatistics { parties, waiting, broken, .. } = BARRIER.statistics();
    assert_eq!((parties, waiting, broken), (2, 1, false));
    let shown = "Barrier { parties: 2, waiting: 1, broken: false, .. }";
    assert_eq!(format!("{BARRIER:?}"), shown);
}

#[test]
fn the_rounds_do_not_mix_on_four_threads() {
    const PARTIES: usize = 5;
    const ROUNDS: usize = 100;
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let barrier = Arc::new(Barrier::new(PARTIES));
            let arrived = Arc::new(AtomicUsize::new(0));
            let tasks: Vec<_> = (0..PARTIES)
                .map(|_| {
                    let (barrier, arrived) = (Arc::clone(&barrier), Arc::clone(&arrived));
                    spawn(async move {
                        let mut indices = Vec::new();
                        for round in 1..=ROUNDS {
                            arrived.fetch_add(1, Ordering::SeqCst);
                            indices.push(barrier.wait().await.unwrap().index());
                            assert!(arrived.load(Ordering::SeqCst) >= round * PARTIES);
                        }
                        indices
                    })
                })
                .collect();
            let mut rounds = vec![BTreeSet::new(); ROUNDS];
            for task in tasks {
                for (round, index) in task.await.unwrap().into_iter().enumerate() {
                    rounds[round].insert(index);
                }
            }
            assert!(rounds.iter().all(|indices| indices.len() == PARTIES));
        });
    });
}
