//! The async exits of those who do not get to their end.

use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use crate::scope::{Scope, defer};

/// Async exits: begun when a [`Guard`] is dropped, ended once they are let go.
#[derive(Clone, Default)]
struct Exits(Arc<(AtomicUsize, AtomicBool, AtomicUsize)>);

impl Exits {
    fn guard(&self) -> Guard {
        Guard(self.clone())
    }

    fn begun(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    fn let_go(&self) {
        self.0.1.store(true, Ordering::SeqCst);
    }

    fn ended(&self) -> usize {
        self.0.2.load(Ordering::SeqCst)
    }

    async fn run(self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
        poll_fn(|_| if self.0.1.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        self.0.2.fetch_add(1, Ordering::SeqCst);
    }
}

struct Guard(Exits);

impl Drop for Guard {
    fn drop(&mut self) {
        defer(None, self.0.clone().run());
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Never ends, and has an exit.
async fn stuck<T>(exits: &Exits) -> T {
    let _guard = exits.guard();
    pending().await
}

/// Its value comes only after `losers` exits have run, and these run side by side.
fn gives_its_value_after_the_exits<F: Future>(
    exits: &Exits,
    losers: usize,
    future: F,
) -> F::Output {
    let mut future = pin!(future);
    assert!(poll(future.as_mut()).is_pending());
    assert!(poll(future.as_mut()).is_pending());
    assert_eq!((exits.begun(), exits.ended()), (losers, 0));
    exits.let_go();
    let Poll::Ready(value) = poll(future) else { panic!("nothing is left to wait for") };
    assert_eq!(exits.ended(), losers);
    value
}

#[test]
fn a_race_waits_for_the_exits_of_its_losers() {
    let exits = Exits::default();
    let race = crate::race!(stuck(&exits), stuck(&exits), ready(1));
    assert_eq!(gives_its_value_after_the_exits(&exits, 2, race), 1);

    let exits = Exits::default();
    let race = crate::race!(for n in 0..40 {
        let exits = &exits;
        async move { if n == 39 { n } else { stuck(exits).await } }
    });
    assert_eq!(gives_its_value_after_the_exits(&exits, 39, race), 39);
}

#[test]
fn a_race_ok_waits_for_the_exits_of_its_losers() {
    let exits = Exits::default();
    let race = crate::race_ok!(stuck(&exits), ready(Err("refused")), ready(Ok(1)));
    assert_eq!(gives_its_value_after_the_exits(&exits, 1, race).ok(), Some(1));

    let exits = Exits::default();
    let race = crate::race_ok!(for n in 0..3 {
        let exits = &exits;
        async move { if n == 2 { Ok::<_, ()>(n) } else { stuck(exits).await } }
    });
    assert_eq!(gives_its_value_after_the_exits(&exits, 2, race).ok(), Some(2));
}

#[test]
fn a_try_gather_waits_for_the_exits_of_the_siblings_of_an_error() {
    let exits = Exits::default();
    let all = crate::try_gather!(stuck::<Result<(), _>>(&exits), ready(Err::<(), _>("failed")));
    assert_eq!(gives_its_value_after_the_exits(&exits, 1, all), Err("failed"));

    let exits = Exits::default();
    let all = crate::try_gather!(for n in 0..40 {
        let exits = &exits;
        async move { if n == 39 { Err::<(), _>(n) } else { stuck(exits).await } }
    });
    assert_eq!(gives_its_value_after_the_exits(&exits, 39, all), Err(39));
}

#[test]
fn a_try_gather_waits_for_the_exit_of_a_child_that_ended_well() {
    let exits = Exits::default();
    let child = async {
        let _guard = exits.guard();
        Ok::<_, ()>(1)
    };
    let all = crate::try_gather!(child);
    assert_eq!(gives_its_value_after_the_exits(&exits, 1, all), Ok((1,)));
}

#[test]
fn a_gather_leaves_exits_to_the_scope_around_it() {
    let exits = Exits::default();
    let given = AtomicBool::new(false);
    let body = async {
        let child = async {
            let _guard = exits.guard();
        };
        crate::gather!(child, ready(())).await;
        given.store(true, Ordering::SeqCst);
    };
    let mut scope = pin!(Scope::new(body));
    assert!(poll(scope.as_mut()).is_pending());
    assert!(given.load(Ordering::SeqCst));
    exits.let_go();
    assert_eq!(poll(scope), Poll::Ready(Some(())));
    assert_eq!(exits.ended(), 1);
}

#[test]
fn dropped_while_it_waits_for_an_exit_a_race_loses_its_value_and_the_exit_goes_on() {
    let exits = Exits::default();
    let mut scope = pin!(Scope::new(async { crate::race!(stuck(&exits), ready("lost")).await }));
    assert!(poll(scope.as_mut()).is_pending());
    assert_eq!(exits.begun(), 1);
    scope.as_mut().cancel();
    assert!(poll(scope.as_mut()).is_pending());
    exits.let_go();
    assert_eq!(poll(scope), Poll::Ready(None));
    assert_eq!((exits.begun(), exits.ended()), (1, 1));
}

#[test]
fn dropped_before_its_end_it_hands_the_exits_of_all_to_the_scope_that_drops_it() {
    let exits = Exits::default();
    let all = async {
        let exits = &exits;
        crate::gather!(
            crate::try_gather!(stuck::<Result<(), ()>>(exits), stuck::<Result<(), ()>>(exits)),
            crate::race!(stuck::<()>(exits), stuck::<()>(exits)),
            crate::gather((0..40).map(|_| stuck::<()>(exits)))
        )
        .await
    };
    let mut scope = pin!(Scope::new(all));
    assert!(poll(scope.as_mut()).is_pending());
    assert_eq!(exits.begun(), 0);
    scope.as_mut().cancel();
    assert!(poll(scope.as_mut()).is_pending());
    assert_eq!((exits.begun(), exits.ended()), (44, 0));
    exits.let_go();
    assert!(matches!(poll(scope), Poll::Ready(None)));
    assert_eq!(exits.ended(), 44);
}

#[test]
fn a_panic_waits_for_the_exits_of_the_others() {
    let exits = Exits::default();
    let all = crate::try_gather!(stuck::<Result<(), ()>>(&exits), async { panic!("child") });
    let mut all = pin!(async { all.await.map(|((), ())| ()) });
    assert!(poll(all.as_mut()).is_pending());
    assert_eq!(exits.begun(), 1);
    exits.let_go();
    let panic = catch_unwind(AssertUnwindSafe(|| poll(all))).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "child");
    assert_eq!(exits.ended(), 1);
}
