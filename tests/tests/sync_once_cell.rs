//! Once cells: who makes the value, and what becomes of it when the maker fails or is cancelled.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use taipan::sync::OnceCell;
use taipan::{Runtime, spawn, yield_now};
use taipan_tests::{Counter, Gate, WakeCounter, bounded, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

#[test]
fn the_value_is_made_once() {
    let cell = OnceCell::new();
    assert_eq!(cell.get(), None);
    let made = Counter::new();
    let get = || {
        at_once(cell.get_or_init(|| {
            made.add();
            ready(7)
        }))
    };
    assert!(std::ptr::eq(get(), get()));
    assert_eq!((made.get(), cell.get()), (1, Some(&7)));
}

#[test]
fn those_who_come_meanwhile_wait_for_it_and_have_it_all_at_once() {
    let cell = OnceCell::new();
    let gate = Gate::new();
    let first = queue(cell.get_or_init(async || {
        gate.pass().await;
        1
    }));
    let (wakes, waker) = WakeCounter::new();
    let mut others: Vec<_> =
        (0..3).map(|_| Box::pin(cell.get_or_init(async || unreachable!()))).collect();
    for other in &mut others {
        assert!(poll_with(other.as_mut(), &waker).is_pending());
    }
    gate.open();
    assert_eq!(first.take(), &1);
    assert_eq!(wakes.get(), 3);
    for other in others {
        assert_eq!(at_once(other), &1);
    }
}

#[test]
fn the_next_makes_it_if_the_first_is_cancelled_or_fails_or_panics() {
    let cell = OnceCell::new();
    let cancelled = queue(cell.get_or_try_init(pending::<Result<u32, &str>>));
    let gate = Gate::new();
    let fails = queue(cell.get_or_try_init(async || {
        gate.pass().await;
        Err("offline")
    }));
    let mut panics = queue(cell.get_or_init(async || panic!("no")));
    let makes = queue(cell.get_or_init(async || 1));
    drop(cancelled);
    gate.open();
    assert!(panics.waits());
    assert_eq!(fails.take(), Err("offline"));
    assert!(catch_unwind(AssertUnwindSafe(|| panics.take())).is_err());
    assert_eq!(makes.take(), &1);
}

#[test]
fn it_is_set_unless_there_is_a_value_or_one_is_being_made() {
    let cell = OnceCell::new();
    let made = queue(cell.get_or_init(pending::<u32>));
    assert_eq!(cell.set(1), Err(1));
    drop(made);
    assert_eq!(cell.set(2), Ok(()));
    assert_eq!(cell.set(3), Err(3));
    assert_eq!(at_once(cell.get_or_init(pending)), &2);
}

#[test]
fn a_value_that_is_taken_out_leaves_it_empty() {
    let mut cell = OnceCell::from(1);
    assert_eq!(cell.set(2), Err(2));
    *cell.get_mut().unwrap() += 1;
    assert_eq!(cell.take(), Some(2));
    assert_eq!((cell.take(), cell.get()), (None, None));
    // One at a time again.
    let made = queue(cell.get_or_init(pending::<u32>));
    let mut waits = queue(cell.get_or_init(async || 5));
    assert!(waits.waits());
    drop(made);
    assert_eq!(waits.take(), &5);
    assert_eq!(cell.into_inner(), Some(5));
}

#[test]
fn it_tells_of_itself() {
    static CELL: OnceCell<u32> = OnceCell::new();
    assert_eq!(format!("{CELL:?}"), "OnceCell(<none>)");
    CELL.set(1).unwrap();
    assert_eq!(format!("{CELL:?}"), "OnceCell(1)");
}

#[test]
fn it_is_made_once_on_four_threads() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            for _ in 0..100 {
                let (cell, made) = (Arc::new(OnceCell::new()), Counter::new());
                let tasks: Vec<_> = (0..8)
                    .map(|n| {
                        let (cell, made) = (Arc::clone(&cell), made.clone());
                        spawn(async move {
                            *cell
                                .get_or_init(async || {
                                    made.add();
                                    yield_now().await;
                                    n
                                })
                                .await
                        })
                    })
                    .collect();
                let mut values = Vec::new();
                for task in tasks {
                    values.push(task.await.unwrap());
                }
                values.dedup();
                assert_eq!((values.len(), made.get()), (1, 1));
            }
        });
    });
}
