//! Limiters: a token a borrower, as many as there are, in the order of arrival.
#![forbid(unsafe_code)]

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use taipan::sync::Limiter;
use taipan::with::{Outcome, Resource, with};
use taipan::{Runtime, spawn, timeout, yield_now};
use taipan_tests::{Log, WakeCounter, bounded, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

// O317
#[test]
fn a_borrower_has_at_most_one_token() {
    let limiter = Limiter::new(2);
    let token = at_once(limiter.acquire("a")).unwrap();
    assert_eq!(token.borrower(), &"a");
    at_once(limiter.acquire("a")).unwrap_err();
    limiter.try_acquire("a").unwrap_err();
    assert_eq!(limiter.statistics().borrowed, 1);
    let other = at_once(limiter.acquire("b")).unwrap();
    drop(token);
    drop(at_once(limiter.acquire("a")).unwrap());
    drop(other);
    assert_eq!((limiter.statistics().borrowed, limiter.borrowers().len()), (0, 0));
}

// O317: it would have two when its turn comes.
#[test]
fn a_borrower_waits_at_most_once() {
    let limiter = Limiter::new(1);
    let token = at_once(limiter.acquire(1)).unwrap();
    let waits = queue(limiter.acquire(2));
    at_once(limiter.acquire(2)).unwrap_err();
    assert_eq!(limiter.borrowers(), [1]);
    drop(token);
    let token = waits.take().unwrap();
    assert_eq!(limiter.borrowers(), [2]);
    drop(token);
}

// O319
#[test]
fn more_tokens_wake_in_order_and_fewer_take_effect_as_they_come_back() {
    let limiter = Limiter::new(1);
    let first = at_once(limiter.acquire(1)).unwrap();
    let (second, third) = (queue(limiter.acquire(2)), queue(limiter.acquire(3)));
    let mut fourth = queue(limiter.acquire(4));
    limiter.set_tokens(3);
    let (second, third) = (second.take().unwrap(), third.take().unwrap());
    assert!(fourth.waits());
    limiter.set_tokens(1);
    drop((first, second));
    assert!(fourth.waits());
    assert_eq!(limiter.statistics().borrowed, 1);
    drop(third);
    drop(fourth.take().unwrap());
}

// O320
#[test]
fn none_at_all_blocks_everybody_and_very_many_nobody() {
    let limiter = Limiter::new(0);
    assert!(limiter.try_acquire(0).unwrap().is_none());
    let mut waits = queue(limiter.acquire(0));
    assert!(waits.waits());
    limiter.set_tokens(usize::MAX);
    let mut tokens = vec![waits.take().unwrap()];
    tokens.extend((1..1000).map(|n| at_once(limiter.acquire(n)).unwrap()));
    assert_eq!(limiter.statistics().borrowed, 1000);
}

// O321
#[test]
fn a_token_that_is_freed_belongs_to_the_next_at_once() {
    let limiter = Limiter::new(1);
    let token = at_once(limiter.acquire(1)).unwrap();
    let waits = queue(limiter.acquire(2));
    drop(token);
    assert!(limiter.try_acquire(1).unwrap().is_none());
    assert_eq!(limiter.statistics().borrowed, 1);
    drop(waits.take().unwrap());
}

// O322
#[test]
fn a_waiter_that_is_cancelled_leaves_no_trace_and_the_next_has_its_turn() {
    for freed_before in [false, true] {
        let limiter = Limiter::new(1);
        let token = at_once(limiter.acquire(1)).unwrap();
        let cancelled = queue(limiter.acquire(2));
        let (wakes, waker) = WakeCounter::new();
        let mut waits = Box::pin(limiter.acquire(3));
        assert!(poll_with(waits.as_mut(), &waker).is_pending());
        if freed_before {
            drop(token);
            drop(cancelled);
        } else {
            drop(cancelled);
            drop(token);
        }
        assert_eq!(wakes.get(), 1);
        // The one that was cancelled may come again.
        let again = queue(limiter.acquire(2));
        drop(at_once(waits).unwrap());
        drop(again.take().unwrap());
        assert_eq!(limiter.borrowers(), []);
    }
}

#[test]
fn it_tells_of_itself() {
    let limiter = Limiter::new(1);
    let token = at_once(limiter.acquire("a")).unwrap();
    let _waits = queue(limiter.acquire("b"));
    let statistics = limiter.statistics();
    assert_eq!((statistics.tokens, statistics.borrowed, statistics.waiting), (1, 1, 1));
    assert_eq!(format!("{limiter:?}"), "Limiter { tokens: 1, borrowed: 1, waiting: 1, .. }");
    assert_eq!(format!("{token:?}"), "LimiterToken { borrower: \"a\", .. }");
}

#[taipan::test]
async fn an_owned_token_in_a_with_is_held_until_the_inner_exit_has_ended() {
    /// Logs, when it exits, who has a token.
    struct Watcher(Log, Arc<Limiter<&'static str>>);

    impl Resource for Watcher {
        type Exit = ();

        async fn exit(self, _: Outcome) {
            yield_now().await;
            self.0.add(format!("{:?}", self.1.borrowers()));
        }
    }

    let (log, limiter) = (Log::new(), Arc::new(Limiter::new(1)));
    let watcher = Watcher(log.clone(), Arc::clone(&limiter));
    let token = limiter.acquire_owned("a").await.unwrap();
    assert!(limiter.try_acquire_owned("b").unwrap().is_none());
    let holds = with(token, async |_| with(watcher, async |_| pending::<()>().await).await);
    assert!(timeout(Duration::ZERO, holds).await.is_err());
    assert_eq!(log.get(), r#"["a"]"#);
    assert_eq!(limiter.borrowers(), [""; 0]);
}

#[test]
fn borrowers_share_the_tokens_on_four_threads() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let limiter = Arc::new(Limiter::new(3));
            let tasks: Vec<_> = (0..50)
                .map(|borrower| {
                    let limiter = Arc::clone(&limiter);
                    spawn(async move {
                        for _ in 0..10 {
                            let _token = limiter.acquire(borrower).await.unwrap();
                            assert!(limiter.borrowers().len() <= 3);
                            assert!(limiter.borrowers().contains(&borrower));
                            yield_now().await;
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(limiter.statistics().borrowed, 0);
        });
    });
}
