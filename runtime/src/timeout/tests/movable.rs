//! Timeouts whose deadline is read and moved while they run.

use std::future::{pending, poll_fn, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures_lite::future::zip;

use super::{Log, SECOND};
use crate::current::{Clock, TimerKey};
use crate::scope::defer;
use crate::time::testing::{VirtualTime, Wakes, enter_clock, named_waker};
use crate::time::{Instant, TestClock, sleep};
use crate::timeout::{Deadline, timeout_with};

/// Runs a body that never ends, with a deadline of 5 s, beside `other`, who gets the deadline; when it expired.
fn expires_at<F: Future<Output = ()>>(other: impl FnOnce(Deadline) -> F) -> u64 {
    let time = VirtualTime::start();
    let log = Log::new();
    let limited = timeout_with(5 * SECOND, |_| pending::<()>());
    let other = other(limited.deadline());
    let (result, ()) = time.run(zip(
        async {
            let result = limited.await;
            (result, log.seconds())
        },
        other,
    ));
    assert!(result.0.is_err());
    assert_eq!(time.clock.timers(), 0);
    result.1
}

// H168
#[test]
fn another_task_moves_the_deadline_later_earlier_and_to_never() {
    let later = expires_at(|deadline| async move {
        sleep(4 * SECOND).await;
        deadline.reset(3 * SECOND).unwrap();
    });
    assert_eq!(later, 7);
    let earlier = expires_at(|deadline| async move {
        sleep(SECOND).await;
        deadline.reset(2 * SECOND).unwrap();
    });
    assert_eq!(earlier, 3);
    let never_and_back = expires_at(|deadline| async move {
        deadline.reset(None).unwrap();
        assert_eq!(deadline.get(), None);
        sleep(60 * SECOND).await;
        deadline.reset(SECOND).unwrap();
    });
    assert_eq!(never_and_back, 61);
}

// H168
#[test]
fn the_body_moves_its_own_deadline_without_a_wake() {
    let time = VirtualTime::start();
    let start = Instant::now();
    let wakes = Wakes::default();
    let mut limited = Box::pin(timeout_with(5 * SECOND, |deadline| {
        poll_fn(move |_| {
            deadline.reset(start + 9 * SECOND).unwrap();
            Poll::<()>::Pending
        })
    }));
    let waker = named_waker(&wakes, "task");
    assert!(limited.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(limited.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(time.clock.timers(), 1);
    time.clock.pass(8 * SECOND);
    assert_eq!(wakes.get(), "");
    time.clock.pass(SECOND);
    assert_eq!(wakes.get(), "task");
}

// H168
#[test]
fn a_move_wakes_the_last_task_that_polled_and_no_other() {
    let _time = VirtualTime::start();
    let wakes = Wakes::default();
    let mut limited = Box::pin(timeout_with(5 * SECOND, |_| pending::<()>()));
    let deadline = limited.deadline();
    for name in ["first", "second"] {
        let waker = named_waker(&wakes, name);
        assert!(limited.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    std::thread::spawn(move || deadline.reset(None).unwrap()).join().unwrap();
    assert_eq!(wakes.get(), "second");
}

/// A foreign thread has no virtual clock: a duration counts on the timeout's.
#[test]
fn a_move_from_a_foreign_thread_counts_on_the_clock_of_the_timeout() {
    let time = VirtualTime::start();
    time.clock.pass(3600 * SECOND);
    let limited = timeout_with(None, |_| pending::<()>());
    let deadline = limited.deadline();
    std::thread::spawn(move || deadline.reset(SECOND).unwrap()).join().unwrap();
    assert_eq!(limited.deadline().get(), Some(Instant::now() + SECOND));
}

// H169
#[test]
fn a_deadline_moved_into_the_past_fires_at_the_next_wait() {
    let time = VirtualTime::start();
    let log = Log::new();
    let result = time.run(timeout_with(9 * SECOND, async |deadline| {
        sleep(3 * SECOND).await;
        deadline.reset(Instant::now() - SECOND).unwrap();
        ready(()).await;
        log.say("on");
        pending::<()>().await;
        log.say("no");
    }));
    assert_eq!(result.unwrap_err().to_string(), "deadline has elapsed");
    assert_eq!((log.get(), log.seconds()), ("on@3".to_owned(), 3));
}

// H170
#[test]
fn a_move_that_comes_too_late_says_in_which_state_it_found_the_timeout() {
    let time = VirtualTime::start();
    let move_on = |deadline: &Deadline| deadline.reset(SECOND).unwrap_err().to_string();

    // Ended in time, and not dropped yet.
    let mut limited = Box::pin(timeout_with(SECOND, ready));
    let ended = time.run(limited.as_mut()).unwrap();
    assert_eq!(move_on(&ended), "the deadline cannot be moved: the timeout has ended");
    assert!(!ended.is_expired());

    // Dropped, polled or not.
    let limited = timeout_with(SECOND, |_| pending::<()>());
    let dropped = limited.deadline();
    drop(limited);
    assert_eq!(move_on(&dropped), "the deadline cannot be moved: the timeout has ended");
    assert!(!dropped.is_expired());

    // Expiring: the exit runs.
    struct Tries(Deadline, Arc<Mutex<String>>);
    impl Drop for Tries {
        fn drop(&mut self) {
            let (deadline, said) = (self.0.clone(), Arc::clone(&self.1));
            defer(None, async move {
                sleep(SECOND).await;
                assert!(deadline.is_expired());
                *said.lock().unwrap() = deadline.reset(SECOND).unwrap_err().to_string();
            });
        }
    }
    let said = Arc::<Mutex<String>>::default();
    let mut limited = Box::pin(timeout_with(SECOND, |deadline| async {
        let _tries = Tries(deadline, Arc::clone(&said));
        pending::<()>().await;
    }));
    let expired = limited.deadline();
    assert!(time.run(limited.as_mut()).is_err());
    assert_eq!(*said.lock().unwrap(), "the deadline cannot be moved: the timeout is expiring");

    // Expired, with an exit and without one, and not dropped yet.
    let mut other = Box::pin(timeout_with(SECOND, |_| pending::<()>()));
    assert!(time.run(other.as_mut()).is_err());
    for expired in [expired, other.deadline()] {
        assert_eq!(move_on(&expired), "the deadline cannot be moved: the timeout has expired");
        assert!(expired.is_expired());
    }
}

// H170: before the first poll the limit counts already, so it can be moved.
#[test]
fn a_deadline_can_be_moved_before_the_first_poll() {
    let time = VirtualTime::start();
    let log = Log::new();
    let limited = timeout_with(5 * SECOND, |deadline| {
        deadline.reset(2 * SECOND).unwrap();
        pending::<()>()
    });
    assert!(time.run(limited).is_err());
    assert_eq!(log.seconds(), 2);
}

// H175
#[test]
fn the_quiet_flavour_is_a_flag() {
    let time = VirtualTime::start();
    for (seconds, expired) in [(1, false), (3, true)] {
        let limited = timeout_with(2 * SECOND, |_| sleep(seconds * SECOND));
        let deadline = limited.deadline();
        let _ = time.run(limited);
        assert_eq!(deadline.is_expired(), expired);
    }
}

/// A clock that moves a deadline to never the first time somebody asks for the time.
struct Meddler {
    clock: TestClock,
    victim: Mutex<Option<Deadline>>,
}

impl Clock for Meddler {
    fn now(&self) -> std::time::Instant {
        let victim = self.victim.lock().unwrap().take();
        let now = self.clock.now();
        if let Some(deadline) = victim {
            deadline.reset(None).unwrap();
        }
        now
    }

    fn insert(&self, deadline: std::time::Instant, waker: &Waker) -> TimerKey {
        self.clock.insert(deadline, waker)
    }

    fn update(&self, key: TimerKey, waker: &Waker) -> bool {
        self.clock.update(key, waker)
    }

    fn remove(&self, key: TimerKey) {
        self.clock.remove(key);
    }

    fn is_still(&self) -> bool {
        self.clock.is_still()
    }

    fn advance(&self, target: std::time::Instant, waker: &Waker) -> TimerKey {
        self.clock.advance(target, waker)
    }
}

#[test]
fn a_move_between_the_look_at_the_clock_and_the_expiry_counts() {
    let clock = Arc::new(Meddler { clock: TestClock::still(), victim: Mutex::new(None) });
    let _entered = enter_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let wakes = Wakes::default();
    let waker = named_waker(&wakes, "task");
    let mut limited = Box::pin(timeout_with(SECOND, |_| pending::<()>()));
    let deadline = limited.deadline();
    clock.clock.pass(SECOND);
    *clock.victim.lock().unwrap() = Some(deadline.clone());

    // The timer is due, and the move succeeds while it says so: it counts, and it has woken the task.
    assert!(limited.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(!deadline.is_expired());
    assert_eq!((wakes.get(), deadline.get()), ("task".to_owned(), None));
    assert!(limited.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());

    deadline.reset(Instant::now()).unwrap();
    assert!(limited.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
    assert!(deadline.is_expired());
}
