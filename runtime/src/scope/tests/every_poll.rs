//! One scenario, cut off at every poll: each cleanup has run exactly once when the scope around it reports.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use super::super::{Scope, defer};
use super::{assert_consistent, finish, step, steps, words};

/// A guard that counts: its cleanup must run once for each that was made.
struct Counted {
    polls: usize,
    alive: Arc<Mutex<Vec<u8>>>,
    place: usize,
}

impl Counted {
    fn new(polls: usize, alive: &Arc<Mutex<Vec<u8>>>) -> Counted {
        let place = {
            let mut alive = alive.lock().unwrap();
            alive.push(0);
            alive.len() - 1
        };
        Counted { polls, alive: Arc::clone(alive), place }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let (polls, alive, place) = (self.polls, Arc::clone(&self.alive), self.place);
        defer(None, async move {
            steps(polls).await;
            alive.lock().unwrap()[place] += 1;
        });
    }
}

/// Scopes in scopes, foreign drops, a scope dropped half run, a child that panics.
async fn scenario(alive: Arc<Mutex<Vec<u8>>>) {
    let _outer = Counted::new(2, &alive);
    for round in 0..3 {
        let mut inner = Box::pin(Scope::new(async {
            let _held = Counted::new(1, &alive);
            steps(round).await;
            drop(Counted::new(3, &alive));
            let nested = Scope::new(async {
                let _deep = Counted::new(round, &alive);
                steps(2).await;
            });
            nested.await;
            steps(1).await;
        }));
        match round {
            0 => {
                inner.as_mut().await;
            }
            1 => {
                // A foreign race: the arm is dropped after three polls.
                let mut left = 3;
                poll_fn(|cx| {
                    left -= 1;
                    let ended = inner.as_mut().poll(cx).is_ready();
                    if ended || left == 0 { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                drop(inner);
            }
            _ => {
                steps(1).await;
                inner.as_mut().cancel();
                steps(1).await;
                inner.as_mut().await;
            }
        }
    }
    let failing = Scope::new(async {
        let _held = Counted::new(2, &alive);
        steps(1).await;
        panic_any("scenario");
    });
    let mut failing: Pin<Box<Scope<_>>> = Box::pin(failing);
    let caught =
        poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| Future::poll(failing.as_mut(), cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(ended)) => {
                let _: Option<()> = ended;
                Poll::Ready("nothing")
            }
            Err(payload) => Poll::Ready(words(&*payload)),
        })
        .await;
    assert_eq!(caught, "scenario");
}

/// How the scenario is cut off.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Cancel,
    /// The scope is dropped inside another, which waits.
    Drop,
    /// A cancel, and a drop so many polls later.
    CancelThenDrop(usize),
}

// 1, 2, 5, 8: cut off at every poll.
#[test]
fn a_scenario_cancelled_at_every_poll_exits_what_it_entered() {
    let cuts = [Cut::Cancel, Cut::Drop].into_iter().chain((0..5).map(Cut::CancelThenDrop));
    for cut in cuts {
        let (mut polls, mut panics) = (0, 0);
        loop {
            let alive = Arc::new(Mutex::new(Vec::new()));
            let mut outer = pin!(Scope::new(cut_off(scenario(Arc::clone(&alive)), polls, cut)));
            let ended = catch_unwind(AssertUnwindSafe(|| finish(outer.as_mut())));
            // Cut off while its last scope still cleans up, the panic under way moves up to us.
            let completed = ended.unwrap_or_else(|payload| {
                assert_eq!(words(&*payload), "scenario");
                panics += 1;
                Some(false)
            });
            let exits = alive.lock().unwrap();
            assert!(exits.iter().all(|exits| *exits == 1), "{cut:?} at poll {polls}: {exits:?}");
            assert_consistent(0);
            if completed == Some(true) {
                break;
            }
            polls += 1;
        }
        assert!(polls > 10, "{cut:?}: the scenario has {polls} polls");
        assert!(panics > 0, "{cut:?}: no panic moved up");
    }
}

/// Polls `child` in a scope `polls` times, then cuts it off; whether it had ended before.
async fn cut_off(child: impl Future<Output = ()>, polls: usize, cut: Cut) -> bool {
    let mut scope = Box::pin(Scope::new(child));
    for _ in 0..polls {
        if step(scope.as_mut()).is_ready() {
            return true;
        }
        steps(1).await;
    }
    match cut {
        Cut::Drop => {}
        Cut::Cancel => {
            scope.as_mut().cancel();
            scope.await;
        }
        Cut::CancelThenDrop(later) => {
            scope.as_mut().cancel();
            for _ in 0..later {
                if step(scope.as_mut()).is_ready() {
                    break;
                }
                steps(1).await;
            }
        }
    }
    false
}
