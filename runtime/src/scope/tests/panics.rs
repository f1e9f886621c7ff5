//! Panics in the body, in a cleanup, in a destructor: none stops a cleanup, and none is lost.

use std::future::pending;
use std::panic::panic_any;
use std::pin::pin;

use super::super::Scope;
use super::{Bomb, End, Guard, Log, assert_consistent, finish, panicked, step};

// 7: each kind of panic alone, and all together; a neighbour's cleanup always runs to its end.
#[test]
fn a_panic_stops_no_cleanup_and_the_bodys_goes_first() {
    for kinds in 0..8 {
        let (body, cleanup, destructor) = (kinds & 1 != 0, kinds & 2 != 0, kinds & 4 != 0);
        let log = Log::default();
        let mut scope = pin!(Scope::new(async {
            let _neighbour = Guard::new(&log, "neighbour", 3);
            // What panics while another panic unwinds ends the process: that is Rust's rule.
            let _bomb = (destructor && !body).then(|| Bomb);
            let end = if cleanup { End::Panic } else { End::Well };
            let _guard = Guard::new(&log, "cleanup", 1).ends(end);
            if body {
                panic_any("body");
            }
        }));
        let expected = match (body, destructor, cleanup) {
            (true, ..) => "body",
            (_, true, _) => "destructor",
            (_, _, true) => "cleanup",
            _ => "nothing",
        };
        assert_eq!(panicked(|| finish(scope.as_mut())), expected, "case {kinds}");
        assert_eq!(log.take(), "-cleanup -neighbour cleanup neighbour", "case {kinds}");
        assert_consistent(0);
    }
}

// 7
#[test]
fn a_destructors_panic_in_a_cancel_comes_out_after_the_cleanups() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async {
        let _neighbour = Guard::new(&log, "neighbour", 2);
        let _bomb = Bomb;
        let _guard = Guard::new(&log, "cleanup", 1).ends(End::Panic);
        pending::<()>().await;
    }));
    assert!(step(scope.as_mut()).is_pending());
    scope.as_mut().cancel();
    assert_consistent(0);
    assert_eq!(panicked(|| finish(scope.as_mut())), "destructor");
    assert_eq!(log.take(), "-cleanup -neighbour cleanup neighbour");
    assert_consistent(0);
}

// 7: whoever drops, waits and answers.
#[test]
fn a_cleanups_panic_beside_a_running_child_cancels_it() {
    let log = Log::default();
    let mut scope = pin!(Scope::new(async {
        drop(Guard::new(&log, "a", 1).ends(End::Panic));
        let _held = Guard::new(&log, "held", 2);
        pending::<()>().await;
    }));
    assert!(step(scope.as_mut()).is_pending());
    assert_eq!(log.take(), "-a");
    assert_eq!(panicked(|| finish(scope.as_mut())), "a");
    assert_eq!(log.take(), "a -held held");
    assert_consistent(0);
}

// 7: a panic of a scope that is dropped before it could report it moves up.
#[test]
fn a_panic_under_way_is_not_lost_with_its_scope() {
    let log = Log::default();
    let mut outer = pin!(Scope::new(async {
        let mut inner = Box::pin(Scope::new(async {
            let _guard = Guard::new(&log, "a", 2);
            panic_any("body");
        }));
        assert!(step(inner.as_mut()).is_pending());
        drop(inner);
        log.add("on");
    }));
    assert_eq!(panicked(|| finish(outer.as_mut())), "body");
    assert_eq!(log.take(), "-a on a");
    assert_consistent(0);
}

// 7: so does a cleanup's that ended before its neighbours.
#[test]
fn a_cleanups_panic_is_not_lost_with_its_scope() {
    let log = Log::default();
    let mut outer = pin!(Scope::new(async {
        let mut inner = Box::pin(Scope::new(async {
            drop(Guard::new(&log, "a", 0).ends(End::Panic));
            drop(Guard::new(&log, "b", 2));
        }));
        assert!(step(inner.as_mut()).is_pending());
        drop(inner);
    }));
    assert_eq!(panicked(|| finish(outer.as_mut())), "a");
    assert_eq!(log.take(), "-a a -b b");
}

// 8: a panic that unwinds through scopes leaves each outer one what it owned.
#[test]
fn an_unwind_through_scopes_leaves_each_its_own() {
    let log = Log::default();
    let mut outer = pin!(Scope::new(async {
        drop(Guard::new(&log, "outer", 1));
        let caught = panicked(|| {
            let mut inner = pin!(Scope::new(async {
                drop(Guard::new(&log, "inner", 0));
                panic_any("body");
            }));
            finish::<Scope<_>>(inner.as_mut())
        });
        assert_eq!(caught, "body");
        assert_consistent(1); // the outer's, not claimed yet
        log.add("on");
    }));
    assert_eq!(finish(outer.as_mut()), Some(()));
    assert_eq!(log.take(), "-inner inner on -outer outer");
    assert_consistent(0);
}

// 7: the body's goes first, also where both move up.
#[test]
fn the_bodys_panic_goes_first_also_with_a_dropped_scope() {
    let log = Log::default();
    let mut outer = pin!(Scope::new(async {
        let mut inner = Box::pin(Scope::new(async {
            let _slow = Guard::new(&log, "slow", 2);
            let _failing = Guard::new(&log, "failing", 0).ends(End::Panic);
            panic_any("body");
        }));
        assert!(step(inner.as_mut()).is_pending());
        assert_eq!(log.take(), "-failing failing -slow");
        drop(inner);
    }));
    assert_eq!(panicked(|| finish(outer.as_mut())), "body");
    assert_eq!(log.take(), "slow");
    assert_consistent(0);
}

// 7: who drops a scope goes on; the destructor's panic waits with the cleanups.
#[test]
fn a_destructors_panic_in_a_dropped_scope_moves_up() {
    let log = Log::default();
    let mut outer = pin!(Scope::new(async {
        let mut inner = Box::pin(Scope::new(async {
            let _guard = Guard::new(&log, "a", 1);
            let _bomb = Bomb;
            pending::<()>().await;
        }));
        assert!(step(inner.as_mut()).is_pending());
        drop(inner);
        log.add("on");
    }));
    assert_eq!(panicked(|| finish(outer.as_mut())), "destructor");
    assert_eq!(log.take(), "on -a a");
    assert_consistent(0);
}

// 7: of those of several cleanups the one that came first, whichever was deferred first.
#[test]
fn of_several_panics_of_cleanups_the_first_comes_out() {
    for deferred_first in ["early", "late"] {
        let log = Log::default();
        let mut scope = pin!(Scope::new(async {
            let guard =
                |name| Guard::new(&log, name, if name == "early" { 1 } else { 2 }).ends(End::Panic);
            drop(guard(deferred_first));
            drop(guard(if deferred_first == "early" { "late" } else { "early" }));
        }));
        assert_eq!(panicked(|| finish(scope.as_mut())), "early");
        assert!(log.take().ends_with("early late"));
        assert_consistent(0);
    }
}
