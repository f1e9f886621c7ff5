//! What is deferred: when it runs, in which order, and who waits.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use super::super::Scope;
use super::{End, Guard, Log, assert_consistent, finish, step, steps};

#[test]
fn a_child_without_guards_ends_in_its_own_poll() {
    let mut scope = pin!(Scope::new(async {
        steps(1).await;
        7
    }));
    assert_eq!(step(scope.as_mut()), Poll::Pending);
    assert_eq!(step(scope.as_mut()), Poll::Ready(Some(7)));
    assert_eq!(step(scope.as_mut()), Poll::Ready(None)); // its value has been given
    assert_consistent(0);
}

// 1, 2
#[test]
fn a_value_waits_for_the_cleanups() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async {
        drop(Guard::new(&log, "a", 2));
        log.add("end");
        7
    }));
    assert_eq!(step(scope.as_mut()), Poll::Pending);
    assert_eq!(log.take(), "end -a"); // 6: begun in the poll that deferred it
    assert_eq!(step(scope.as_mut()), Poll::Pending);
    assert_eq!(step(scope.as_mut()), Poll::Ready(Some(7)));
    assert_eq!(log.take(), "a");
    assert_consistent(0);
}

// 1, 2, 4
#[test]
fn a_cancelled_scope_waits_for_the_cleanups_and_polls_nothing_else() {
    let (log, polls) = (Log::default(), Cell::new(0));
    let mut scope = pin!(Scope::new(async {
        let _guard = Guard::new(&log, "a", 1);
        poll_fn(|_| {
            polls.set(polls.get() + 1);
            Poll::<()>::Pending
        })
        .await;
    }));
    assert!(step(scope.as_mut()).is_pending());
    scope.as_mut().cancel();
    assert_eq!(log.take(), ""); // dropped, and deferred
    assert!(step(scope.as_mut()).is_pending());
    assert_eq!(log.take(), "-a");
    scope.as_mut().cancel(); // once more changes nothing
    assert_eq!(step(scope.as_mut()), Poll::Ready(None));
    assert_eq!((log.take().as_str(), polls.get()), ("a", 1));
    assert_consistent(0);
}

#[test]
fn a_scope_cancelled_before_its_first_poll_runs_nothing() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async { log.add("never") }));
    scope.as_mut().cancel();
    assert_eq!(step(scope.as_mut()), Poll::Ready(None));
    assert_eq!(log.take(), "");
}

#[test]
fn a_child_that_had_ended_keeps_its_value_through_a_cancel() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async {
        drop(Guard::new(&log, "a", 1));
        7
    }));
    assert!(step(scope.as_mut()).is_pending());
    scope.as_mut().cancel();
    assert_eq!(step(scope.as_mut()), Poll::Ready(Some(7)));
    assert_eq!(log.take(), "-a a");
}

// 3
#[test]
fn siblings_run_concurrently_and_what_is_chained_in_order() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async {
        let _a = Guard::new(&log, "a", 1);
        let _outer = Guard::new(&log, "outer", 1).around(Guard::new(&log, "inner", 1));
        pending::<()>().await;
    }));
    assert!(step(scope.as_mut()).is_pending());
    scope.as_mut().cancel();
    assert!(step(scope.as_mut()).is_pending());
    assert_eq!(log.take(), "-inner -a");
    assert!(step(scope.as_mut()).is_pending());
    assert_eq!(log.take(), "inner -outer a");
    assert_eq!(step(scope.as_mut()), Poll::Ready(None));
    assert_eq!(log.take(), "outer");
}

// 5
#[test]
fn a_dropped_scope_hands_up_half_run() {
    let log = Log::default();
    let mut outer = pin!(Scope::new(async {
        let mut inner = Box::pin(Scope::new(async {
            let _guard = Guard::new(&log, "a", 2);
            pending::<()>().await;
        }));
        assert!(step(inner.as_mut()).is_pending());
        inner.as_mut().cancel();
        assert!(step(inner.as_mut()).is_pending());
        steps(1).await;
        drop(inner);
    }));
    assert!(step(outer.as_mut()).is_pending());
    assert_eq!(log.take(), "-a");
    assert!(step(outer.as_mut()).is_pending()); // drops the inner scope, and goes on where it stood
    assert_eq!(step(outer.as_mut()), Poll::Ready(Some(())));
    assert_eq!(log.take(), "a"); // and not begun again
    assert_consistent(0);
}

// 5
#[test]
fn cleanups_move_up_through_three_scopes() {
    let log = Log::default();
    let level = |child: Pin<Box<dyn Future<Output = ()>>>| async move {
        Scope::new(child).await;
    };
    let leaf = {
        let log = log.clone();
        Box::pin(async move {
            let _guard = Guard::new(&log, "a", 1);
            pending::<()>().await;
        })
    };
    let mut outer = pin!(Scope::new(level(Box::pin(level(Box::pin(level(leaf)))))));
    assert!(step(outer.as_mut()).is_pending());
    outer.as_mut().cancel();
    assert_eq!(finish(outer.as_mut()), None);
    assert_eq!(log.take(), "-a a");
    assert_consistent(0);
}

// 2: what stands in the outer scope is not the inner one's.
#[test]
fn a_scope_claims_only_what_is_deferred_inside_it() {
    let log = Log::default();
    let mut outer = pin!(Scope::new(async {
        drop(Guard::new(&log, "outer", 5));
        Scope::new(async { drop(Guard::new(&log, "inner", 0)) }).await;
        log.add("inner reported");
    }));
    assert!(step(outer.as_mut()).is_pending());
    assert_eq!(log.take(), "-inner inner inner reported -outer");
    assert_eq!(finish(outer.as_mut()), Some(()));
    assert_eq!(log.take(), "outer");
}

// 1, 6
#[test]
fn a_cleanup_may_defer_again() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async { drop(Guard::new(&log, "a", 0).ends(End::Again)) }));
    assert_eq!(step(scope.as_mut()), Poll::Ready(Some(())));
    assert_eq!(log.take(), "-a a -again again");

    let mut scope = pin!(Scope::new(async { drop(Guard::new(&log, "a", 1).ends(End::Again)) }));
    assert_eq!(finish(scope.as_mut()), Some(()));
    assert_eq!(log.take(), "-a a -again again");
    assert_consistent(0);
}

// A foreign `select` in a loop drops a guard at each turn: they run beside the loop.
#[test]
fn a_loop_that_drops_guards_does_not_pile_them_up() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async {
        loop {
            drop(Guard::new(&log, "a", 1));
            steps(1).await;
        }
    }));
    for _ in 0..100 {
        let _: Poll<Option<()>> = step(scope.as_mut());
    }
    let words = log.take();
    let (begun, ended) = (words.matches("-a").count(), words.matches(" a").count());
    assert_eq!((begun, ended), (100, 99));
}

// 1
#[test]
fn a_guard_that_is_forgotten_holds_up_nobody() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async { std::mem::forget(Guard::new(&log, "a", 1)) }));
    assert_eq!(step(scope.as_mut()), Poll::Ready(Some(())));
    assert_eq!(log.take(), "");
    assert_consistent(0);
}
