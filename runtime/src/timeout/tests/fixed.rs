//! Timeouts whose deadline stays where it is.

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_lite::future::or;

use super::{Log, SECOND, panic_text, scope};
use crate::scope::defer;
use crate::time::testing::{VirtualTime, Wakes, named_waker, poll_once};
use crate::time::{Instant, sleep, sleep_until};
use crate::timeout::{timeout, timeout_at};

// F120, H150
#[test]
fn a_body_in_time_gives_its_value_and_leaves_no_timer() {
    let time = VirtualTime::start();
    let log = Log::new();
    let mut limited = Box::pin(timeout(5 * SECOND, async {
        sleep(2 * SECOND).await;
        7
    }));
    assert_eq!(time.run(limited.as_mut()), Ok(7));
    assert_eq!(log.seconds(), 2);
    assert_eq!(time.clock.timers(), 0);
    assert!(limited.deadline() > Some(Instant::now()));
}

// F122
#[test]
fn the_error_comes_after_the_exits() {
    let time = VirtualTime::start();
    let log = Log::new();
    let result = time.run(timeout(SECOND, async {
        let _outer = log.exit("a", 0);
        let _inner = log.exit("b", 2);
        pending::<()>().await;
    }));
    log.say("error");
    assert_eq!(result.unwrap_err().to_string(), "timed out after 1s");
    assert_eq!(log.get(), "b@1 a@1 a-done@1 b-done@3 error@3");
}

// F123
#[test]
fn a_slow_exit_makes_the_timeout_late_and_is_not_abandoned() {
    let time = VirtualTime::start();
    let log = Log::new();
    let result = time.run(timeout(SECOND, async {
        let _exit = log.exit("exit", 3600);
        pending::<()>().await;
    }));
    assert!(result.is_err());
    assert_eq!(log.get(), "exit@1 exit-done@3601");
}

// F126
#[test]
fn a_limit_of_zero_cancels_work_that_has_begun_and_waits_for_its_exits() {
    let time = VirtualTime::start();
    let log = Log::new();
    let mut work = Box::pin(async {
        let _exit = log.exit("exit", 2);
        pending::<()>().await;
    });
    assert!(poll_once(work.as_mut()).is_pending());
    assert!(time.run(timeout(Duration::ZERO, work)).is_err());
    assert_eq!(log.get(), "exit@0 exit-done@2");
}

// F127: nothing can swallow a cancellation here; what stays of the rule is that an end before it counts.
#[test]
fn a_body_that_ended_before_the_deadline_keeps_its_value_while_its_exits_run() {
    let time = VirtualTime::start();
    let log = Log::new();
    let result = time.run(timeout(SECOND, async {
        let _exit = log.exit("exit", 3);
        7
    }));
    assert_eq!((result, log.get()), (Ok(7), "exit@0 exit-done@3".to_owned()));
}

// F128
#[test]
fn an_exit_that_fails_takes_the_place_of_the_error() {
    struct Fails;
    impl Drop for Fails {
        fn drop(&mut self) {
            defer(None, async { panic!("exit failed") });
        }
    }

    let time = VirtualTime::start();
    let log = Log::new();
    let limited = timeout(SECOND, async {
        let _fails = Fails;
        let _exit = log.exit("exit", 1);
        pending::<()>().await;
    });
    let panic = catch_unwind(AssertUnwindSafe(|| time.run(limited))).unwrap_err();
    assert_eq!(panic_text(&*panic), "exit failed");
    // The other exit has run all the same.
    assert_eq!(log.get(), "exit@1 exit-done@2");
}

// F129
#[test]
fn cancelling_the_waiter_cancels_the_body_with_and_without_a_limit() {
    for limit in [Some(9 * SECOND), None] {
        let time = VirtualTime::start();
        let log = Log::new();
        let mut waiter = scope(timeout(limit, async {
            let _exit = log.exit("exit", 2);
            pending::<()>().await;
        }));
        assert!(poll_once(waiter.as_mut()).is_pending());
        waiter.as_mut().cancel();
        assert!(time.run(waiter).is_none());
        assert_eq!(log.get(), "exit@0 exit-done@2", "{limit:?}");
        assert_eq!(time.clock.timers(), 0);
    }
}

// F130
#[test]
fn cancelled_as_the_body_becomes_ready_the_waiter_is_cancelled_and_the_result_is_where_it_was() {
    let time = VirtualTime::start();
    let mut work = Box::pin(async {
        sleep(SECOND).await;
        7
    });
    let mut waiter = scope(timeout(9 * SECOND, work.as_mut()));
    assert!(poll_once(waiter.as_mut()).is_pending());
    time.clock.pass(SECOND);
    waiter.as_mut().cancel();
    assert!(time.run(waiter).is_none());
    assert_eq!(poll_once(work.as_mut()), Poll::Ready(7));
}

// F131
#[test]
fn a_waiter_cancelled_while_the_exits_run_waits_for_them() {
    let time = VirtualTime::start();
    let log = Log::new();
    let mut waiter = scope(timeout(SECOND, async {
        let _exit = log.exit("exit", 4);
        pending::<()>().await;
    }));
    assert!(poll_once(waiter.as_mut()).is_pending());
    time.clock.pass(SECOND);
    assert!(poll_once(waiter.as_mut()).is_pending());
    time.clock.pass(SECOND);
    waiter.as_mut().cancel();
    assert!(time.run(waiter).is_none());
    // The exit went on where it was: it did not begin anew at 2.
    assert_eq!(log.get(), "exit@1 exit-done@5");
}

// H149
#[test]
fn an_absolute_deadline_reads_back_and_fires_then() {
    let time = VirtualTime::start();
    let log = Log::new();
    let deadline = Instant::now() + 5 * SECOND;
    let limited = timeout_at(deadline, pending::<()>());
    assert_eq!(limited.deadline(), Some(deadline));
    assert_eq!(time.run(limited).unwrap_err().to_string(), "deadline has elapsed");
    assert_eq!(log.seconds(), 5);
}

// H151
#[test]
fn no_limit_never_fires_and_sets_no_timer() {
    let time = VirtualTime::start();
    for limit in [None, Some(Duration::MAX)] {
        let mut limited = Box::pin(timeout(limit, pending::<()>()));
        assert_eq!(limited.deadline(), None);
        assert!(poll_once(limited.as_mut()).is_pending());
        assert_eq!(time.clock.timers(), 0);
    }
}

// H160
#[test]
fn a_cancellation_from_outside_is_not_taken_for_a_timeout() {
    let time = VirtualTime::start();
    let log = Log::new();
    let limited = timeout(9 * SECOND, async {
        let mut inner = scope(async {
            let _exit = log.exit("exit", 1);
            pending::<()>().await;
        });
        assert!(poll_once(inner.as_mut()).is_pending());
        inner.as_mut().cancel();
        inner.await
    });
    assert_eq!(time.run(limited), Ok(None));
    assert_eq!(log.get(), "exit@0 exit-done@1");
}

// H161
#[test]
fn code_that_handles_a_timeout_goes_on_as_any_other() {
    let time = VirtualTime::start();
    let body = scope(async {
        assert!(timeout(SECOND, pending::<()>()).await.is_err());
        sleep(SECOND).await;
        7
    });
    assert_eq!(time.run(body), Some(7));
}

// H162, H164: of two that are due at once the inner one fires; the outer one fires at its next wait.
#[test]
fn due_at_once_the_inner_fires_and_the_outer_at_the_next_wait() {
    let time = VirtualTime::start();
    let log = Log::new();
    let deadline = Instant::now() + SECOND;
    let result = time.run(timeout_at(deadline, async {
        let inner = timeout_at(deadline, pending::<()>()).await;
        log.say(if inner.is_err() { "inner" } else { "no" });
        pending::<()>().await;
    }));
    assert!(result.is_err());
    assert_eq!(log.get(), "inner@1");

    // A body that does not wait again has ended in time, with the inner error in its hands.
    let deadline = Instant::now() + SECOND;
    let result = time.run(timeout_at(deadline, timeout_at(deadline, pending::<()>())));
    assert!(result.unwrap().is_err());
}

// H163
#[test]
fn an_outer_timeout_that_fires_first_silences_the_inner_one() {
    let time = VirtualTime::start();
    let log = Log::new();
    let result = time.run(timeout(SECOND, async {
        let _ = timeout(2 * SECOND, async {
            let _exit = log.exit("exit", 5);
            pending::<()>().await;
        })
        .await;
        log.say("inner reported");
    }));
    assert!(result.is_err());
    // Not even the inner deadline, which passes while the exit runs, makes it report.
    assert_eq!(log.get(), "exit@1 exit-done@6");
}

// H165
#[test]
fn a_timeout_inside_an_exit_works_on_its_own() {
    struct Exits(Log);
    impl Drop for Exits {
        fn drop(&mut self) {
            let log = self.0.clone();
            defer(None, async move {
                let result = timeout(2 * SECOND, async {
                    let _nested = log.exit("nested", 1);
                    pending::<()>().await;
                });
                log.say(if result.await.is_err() { "gave up" } else { "no" });
            });
        }
    }

    let time = VirtualTime::start();
    let log = Log::new();
    let result = time.run(timeout(SECOND, async {
        let _exits = Exits(log.clone());
        pending::<()>().await;
    }));
    assert!(result.is_err());
    assert_eq!(log.get(), "nested@3 nested-done@4 gave up@4");
}

// H183
#[test]
fn many_with_the_same_deadline_are_all_honoured() {
    let time = VirtualTime::start();
    let deadline = Instant::now() + SECOND;
    let wakes = Wakes::default();
    let waker = named_waker(&wakes, "w");
    let mut all: Vec<_> =
        (0..100).map(|_| Box::pin(timeout_at(deadline, pending::<()>()))).collect();
    for one in &mut all {
        assert!(one.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    assert_eq!(time.clock.timers(), 100);
    assert!(time.clock.jump());
    assert_eq!(wakes.get().split(' ').count(), 100);
    for one in &mut all {
        assert!(matches!(poll_once(one.as_mut()), Poll::Ready(Err(_))));
    }
    assert!(!time.clock.jump());
}

#[test]
fn the_limit_counts_from_the_call() {
    let time = VirtualTime::start();
    let log = Log::new();
    let limited = timeout(5 * SECOND, pending::<()>());
    time.run(sleep(3 * SECOND));
    assert!(time.run(limited).is_err());
    assert_eq!(log.seconds(), 5);
}

#[test]
fn a_panic_of_the_body_comes_out_after_the_exits() {
    let time = VirtualTime::start();
    let log = Log::new();
    let limited = timeout(SECOND, async {
        let _exit = log.exit("exit", 3);
        panic!("body failed");
    });
    let panic = catch_unwind(AssertUnwindSafe(|| time.run(limited))).unwrap_err();
    assert_eq!((panic_text(&*panic), log.get().as_str()), ("body failed", "exit@0 exit-done@3"));
}

#[test]
fn after_the_deadline_the_body_is_dropped_once_and_never_polled() {
    struct Drops(Rc<Cell<u32>>);
    impl Drop for Drops {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    let time = VirtualTime::start();
    let (polls, drops) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let log = Log::new();
    let mut body = {
        let polls = Rc::clone(&polls);
        let (exit, drops) = (log.exit("exit", 1), Drops(Rc::clone(&drops)));
        Box::pin(timeout(SECOND, async move {
            let _kept = (exit, drops);
            poll_fn(|_| {
                polls.set(polls.get() + 1);
                Poll::<()>::Pending
            })
            .await;
        }))
    };
    assert!(poll_once(body.as_mut()).is_pending());
    time.clock.pass(SECOND);
    for _ in 0..3 {
        // The first of these looks at the body once more, before the clock.
        assert!(poll_once(body.as_mut()).is_pending());
        assert_eq!((polls.get(), drops.get()), (2, 1));
    }
    time.clock.pass(SECOND);
    assert!(matches!(poll_once(body.as_mut()), Poll::Ready(Err(_))));
    assert_eq!((polls.get(), drops.get()), (2, 1));
}

#[test]
fn a_poll_after_the_deadline_polls_the_exits_once() {
    struct Counts(Arc<AtomicU32>);
    impl Drop for Counts {
        fn drop(&mut self) {
            let polls = Arc::clone(&self.0);
            defer(
                None,
                poll_fn(move |_| {
                    let third = polls.fetch_add(1, Ordering::SeqCst) == 2;
                    if third { Poll::Ready(()) } else { Poll::Pending }
                }),
            );
        }
    }

    let polls = Arc::<AtomicU32>::default();
    let mut limited = Box::pin(timeout(Duration::ZERO, async {
        let _counts = Counts(Arc::clone(&polls));
        pending::<()>().await;
    }));
    for times in 1..=3 {
        assert_eq!(poll_once(limited.as_mut()).is_ready(), times == 3);
        assert_eq!(polls.load(Ordering::SeqCst), times);
    }
}

#[test]
#[should_panic(expected = "a timeout was polled after it had ended")]
fn polled_after_its_end_it_says_so() {
    let mut limited = Box::pin(timeout(None, ready(())));
    assert!(poll_once(limited.as_mut()).is_ready());
    let _ = poll_once(limited.as_mut());
}

#[test]
fn a_foreign_combinator_that_drops_it_leaves_the_exits_to_the_scope() {
    let time = VirtualTime::start();
    let log = Log::new();
    let body = scope(async {
        let limited = timeout(9 * SECOND, async {
            let _exit = log.exit("exit", 5);
            pending::<()>().await;
        });
        or(async { drop(limited.await) }, sleep_until(Instant::now() + SECOND)).await;
        log.say("won");
    });
    assert_eq!(time.run(body), Some(()));
    assert_eq!(log.get(), "exit@1 won@1 exit-done@6");
}
