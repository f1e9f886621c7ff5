//! `LocalKey::scope`: another value for as long as something runs, and for nothing else.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use taipan::prelude::*;
use taipan_tests::{Log, on_drop, poll_once};

task_local! {
    static NUMBER: u32;
    static OTHER: u32;
}

/// What is found of both; 0: nothing.
fn found() -> (u32, u32) {
    (NUMBER.try_get().unwrap_or(0), OTHER.try_get().unwrap_or(0))
}

#[test]
fn it_ends_with_its_future() {
    taipan::run(async {
        NUMBER.set(1);
        let inside = NUMBER.scope(2, async {
            let before = found();
            yield_now().await;
            (before, found())
        });
        assert_eq!(inside.await, ((2, 0), (2, 0)));
        assert_eq!(found(), (1, 0));
    });
}

#[test]
fn it_ends_with_a_panic_and_with_a_drop() {
    let boom = || catch_unwind(|| NUMBER.sync_scope(2, || panic!("boom"))).unwrap_err();
    NUMBER.sync_scope(1, || {
        boom();
        assert_eq!(found(), (1, 0));
        let mut failing = pin!(NUMBER.scope(3, async { panic!("boom") }));
        catch_unwind(AssertUnwindSafe(|| poll_once(failing.as_mut()))).unwrap_err();
        assert_eq!(found(), (1, 0));
        let mut left = Box::pin(NUMBER.scope(4, pending::<()>()));
        assert!(poll_once(left.as_mut()).is_pending());
        drop(left);
        assert_eq!(found(), (1, 0));
    });
    assert_eq!(found(), (0, 0));
}

#[test]
fn between_its_polls_the_value_is_the_one_outside() {
    let mut inside = pin!(NUMBER.scope(1, async {
        loop {
            assert_eq!(NUMBER.get(), 1);
            yield_now().await;
        }
    }));
    for _ in 0..3 {
        assert!(poll_once::<_>(inside.as_mut()).is_pending());
        assert_eq!(found(), (0, 0));
        NUMBER.sync_scope(2, || {
            assert!(poll_once::<_>(inside.as_mut()).is_pending());
            assert_eq!(found(), (2, 0));
        });
    }
}

#[test]
fn scopes_nest() {
    let inner = NUMBER.scope(2, async {
        yield_now().await;
        let inner = found();
        let innermost = OTHER.scope(3, async {
            yield_now().await;
            found()
        });
        (inner, innermost.await, found())
    });
    let outer = NUMBER.scope(1, async {
        let before = found();
        (before, inner.await, found())
    });
    let expected = ((1, 0), ((2, 0), (2, 3), (2, 0)), (1, 0));
    assert_eq!(futures_lite::future::block_on(outer), expected);
    assert_eq!(found(), (0, 0));
}

#[test]
fn each_branch_of_a_gather_finds_its_own() {
    async fn branch(number: u32) {
        for _ in 0..5 {
            assert_eq!(NUMBER.get(), number);
            yield_now().await;
        }
        NUMBER.set(100 + number);
        yield_now().await;
        assert_eq!(NUMBER.get(), 100 + number);
    }
    taipan::run(async {
        NUMBER.set(9);
        gather!(NUMBER.scope(1, branch(1)), NUMBER.scope(2, branch(2)), async {
            for _ in 0..5 {
                assert_eq!(NUMBER.get(), 9);
                yield_now().await;
            }
        })
        .await;
        gather!(for number in 0..100 {
            NUMBER.scope(number, branch(number))
        })
        .await;
        assert_eq!(NUMBER.get(), 9);
    });
}

// Y500: a setting that arithmetic reads.
#[test]
fn a_scoped_setting_is_not_mixed_up() {
    task_local! {
        static PRECISION: usize = 28;
    }
    async fn third(precision: usize) -> String {
        yield_now().await;
        let mine =
            PRECISION.sync_scope(precision + 1, || format!("{:.*}", PRECISION.get(), 1.0 / 3.0));
        yield_now().await;
        assert_eq!(mine.len(), precision + 3);
        format!("{:.*}", PRECISION.get(), 1.0 / 3.0)
    }
    taipan::run(async {
        let thirds = gather!(for precision in 1..10 {
            PRECISION.scope(precision, third(precision))
        });
        for (precision, third) in (1..10).zip(thirds.await) {
            assert_eq!(third, format!("0.{}", "3".repeat(precision)));
        }
        assert_eq!(PRECISION.get(), 28);
    });
}

#[test]
fn polls_may_be_on_any_thread() {
    let mut inside = Box::pin(NUMBER.scope(1, async {
        loop {
            assert_eq!(NUMBER.get(), 1);
            assert_eq!(OTHER.get(), 7);
            yield_now().await;
        }
    }));
    for _ in 0..3 {
        inside = thread::spawn(|| {
            OTHER.set(7);
            let polled: Poll<()> = poll_once(inside.as_mut());
            assert!(polled.is_pending());
            assert_eq!(found(), (0, 7));
            inside
        })
        .join()
        .unwrap();
    }
}

#[test]
fn what_it_sets_of_its_own_local_ends_with_it_and_of_others_goes_on() {
    taipan::run(async {
        NUMBER.set(1);
        let inside = NUMBER.scope(2, async {
            NUMBER.set(3);
            OTHER.set(4);
            assert_eq!(found(), (3, 4));
            yield_now().await;
            assert_eq!(found(), (3, 4));
        });
        let mut inside = pin!(inside);
        assert!(poll_once(inside.as_mut()).is_pending());
        assert_eq!(found(), (1, 4));
        inside.await;
        assert_eq!(found(), (1, 4));
    });
}

#[test]
fn what_is_set_outside_meanwhile_is_found_inside_but_for_its_own_local() {
    taipan::run(async {
        let mut inside = pin!(NUMBER.scope(1, async {
            let mut seen = Vec::new();
            for _ in 0..4 {
                seen.push(found());
                yield_now().await;
            }
            seen
        }));
        assert!(poll_once(inside.as_mut()).is_pending());
        let token = OTHER.set(2);
        assert!(poll_once(inside.as_mut()).is_pending());
        NUMBER.set(9);
        assert!(poll_once(inside.as_mut()).is_pending());
        token.reset();
        assert_eq!(inside.await, [(1, 0), (1, 2), (1, 2), (1, 0)]);
        assert_eq!(found(), (9, 0));
    });
}

// A token of before the scope takes the scope's value away, and not for longer.
#[test]
fn a_scope_may_be_left_without_a_value() {
    taipan::run(async {
        let token = NUMBER.set(1);
        let inside = NUMBER.scope(2, async {
            token.reset();
            yield_now().await;
            assert_eq!(found(), (0, 0));
            OTHER.set(3);
            yield_now().await;
            assert_eq!(found(), (0, 3));
        });
        inside.await;
        assert_eq!(found(), (1, 3));
    });
}

#[test]
fn it_is_inherited_by_what_is_started_inside() {
    taipan::run(async {
        let inside = NUMBER.scope(1, async {
            let child = spawn(async {
                yield_now().await;
                found()
            });
            (to_thread(found).await, child)
        });
        let (call, child) = inside.await;
        assert_eq!((call, child.await.unwrap()), ((1, 0), (1, 0)));
    });
}

#[test]
fn a_destructor_inside_finds_its_value() {
    let log = Log::new();
    let say = || {
        let log = log.clone();
        on_drop(move || log.add(NUMBER.get().to_string()))
    };
    let unpolled = say();
    drop(NUMBER.scope(1, async move { drop(unpolled) }));
    let polled = say();
    let mut left = Box::pin(NUMBER.scope(2, async move {
        let _polled = polled;
        NUMBER.set(3);
        pending::<()>().await;
    }));
    assert!(poll_once(left.as_mut()).is_pending());
    drop(left);
    assert_eq!(log.get(), "1 3");
}

// A value that goes when the list of a scope is made anew, and asks then.
#[test]
fn a_values_destructor_may_ask_and_set() {
    task_local! {
        static VALUE: Arc<dyn Send + Sync>;
    }
    taipan::run(async {
        let log = Log::new();
        let theirs = log.clone();
        let mut inside = pin!(NUMBER.scope(1, async {
            loop {
                yield_now().await;
            }
        }));
        VALUE.set(Arc::new(on_drop(move || {
            OTHER.set(5);
            theirs.add(NUMBER.try_get().unwrap_or(0).to_string());
        })));
        assert!(poll_once::<_>(inside.as_mut()).is_pending());
        VALUE.set(Arc::new(()));
        assert_eq!(log.get(), "", "the scope has kept it");
        assert!(poll_once::<_>(inside.as_mut()).is_pending());
        assert_eq!(log.get(), "1");
        assert_eq!(found(), (0, 5));
    });
}
