//! Timeouts through the public interface, with deadlines that have passed or are far away, so that no test
//! waits; most without a task and a runtime (H172). What needs time to pass, and async exits, is tested on a
//! virtual clock, in the crate itself and in `time_limited_scopes`.
#![forbid(unsafe_code)]

use std::future::{Pending, Ready, pending, ready};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_lite::future::{block_on, yield_now};
use taipan::time::{Instant, Interval, Sleep, sleep};
use taipan::timeout::{Deadline, DeadlineError, Elapsed, Timeout, TimeoutWith, timeout_with};
use taipan::{timeout, timeout_at};
use taipan_tests::{Counter, Gate, WakeCounter, counted, poll_once, poll_with};

const HOUR: Duration = Duration::from_secs(3600);

fn past() -> Instant {
    Instant::now() - HOUR
}

/// Says that it has begun, and never ends.
async fn begins(begun: Gate) {
    begun.open();
    pending::<()>().await;
}

// F120
#[test]
fn in_time_it_gives_the_value() {
    assert_eq!(block_on(timeout(HOUR, ready(7))), Ok(7));
    assert_eq!(block_on(timeout_at(Instant::now() + HOUR, ready(7))), Ok(7));
    assert_eq!(block_on(timeout_with(HOUR, |_| ready(7))), Ok(7));
}

// F124
#[test]
fn a_limit_of_zero_takes_the_value_of_what_is_ready() {
    assert_eq!(poll_once(pin!(timeout(Duration::ZERO, ready(7)))), Poll::Ready(Ok(7)));
    assert_eq!(poll_once(pin!(timeout_at(past(), ready(7)))), Poll::Ready(Ok(7)));
}

// F125: asyncio does not start it. Here it runs up to its first wait, as nothing tells a future that has
// begun from one that has not.
#[test]
fn a_limit_of_zero_polls_the_body_once_and_drops_it() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let (wakes, waker) = WakeCounter::new();
    let body = counted(pending::<()>(), &polls, &drops);
    let mut limited = pin!(timeout(Duration::ZERO, body));
    assert!(matches!(poll_with(limited.as_mut(), &waker), Poll::Ready(Err(_))));
    assert_eq!((polls.get(), drops.get(), wakes.get()), (1, 1, 0));
}

// F126
#[test]
fn a_limit_of_zero_cancels_a_running_task_and_waits_for_its_end() {
    taipan::run(async {
        let (begun, drops) = (Gate::new(), Counter::new());
        let body = counted(begins(begun.clone()), &Counter::new(), &drops);
        let task = taipan::spawn(body);
        begun.pass().await;
        assert!(timeout(Duration::ZERO, task).await.is_err());
        assert_eq!(drops.get(), 1);
    });
}

// F129
#[test]
fn a_cancelled_task_drops_the_timeout_it_waits_for() {
    taipan::run(async {
        let (begun, drops) = (Gate::new(), Counter::new());
        let body = counted(begins(begun.clone()), &Counter::new(), &drops);
        let task = taipan::spawn(timeout(HOUR, body));
        begun.pass().await;
        assert!(task.cancel());
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(drops.get(), 1);
    });
}

// H161
#[test]
fn a_task_that_handled_a_timeout_is_an_ordinary_one() {
    let value = taipan::run(async {
        let task = taipan::spawn(async {
            assert!(timeout(Duration::ZERO, pending::<()>()).await.is_err());
            yield_now().await;
            7
        });
        task.await
    });
    assert_eq!(value.unwrap(), 7);
}

// F129
#[test]
fn dropped_it_drops_the_body() {
    for limit in [Some(HOUR), None] {
        let (polls, drops) = (Counter::new(), Counter::new());
        let mut limited = Box::pin(timeout(limit, counted(pending::<()>(), &polls, &drops)));
        assert!(poll_once(limited.as_mut()).is_pending());
        drop(limited);
        assert_eq!((polls.get(), drops.get()), (1, 1));
    }
}

// F130
#[test]
fn a_body_that_is_lent_is_still_there_after_the_timeout() {
    let mut work = pin!(async {
        yield_now().await;
        7
    });
    assert!(block_on(timeout_at(past(), work.as_mut())).is_err());
    assert_eq!(block_on(work), 7);
}

// H150
#[test]
fn in_time_it_is_not_expired() {
    let limited = timeout_with(HOUR, |_| yield_now());
    let deadline = limited.deadline();
    assert_eq!(block_on(limited), Ok(()));
    assert!(!deadline.is_expired());
    assert!(deadline.get() > Some(Instant::now()));
}

// H149, H151
#[test]
fn deadlines_read_back() {
    let at = Instant::now() + HOUR;
    assert_eq!(timeout_at(at, ready(())).deadline(), Some(at));
    assert_eq!(timeout(at, ready(())).deadline(), Some(at));
    assert_eq!(timeout_with(at, |_| ready(())).deadline().get(), Some(at));
    assert_eq!(timeout(None, ready(())).deadline(), None);
    assert_eq!(timeout(Duration::MAX, ready(())).deadline(), None);
    assert!(timeout(Some(HOUR), ready(())).deadline() >= Some(at));
}

// H152: a sleep of zero is no wait here, so the limit ends the first thing that is one.
#[test]
fn a_limit_of_zero_fires_at_the_first_wait() {
    let reached = Counter::new();
    let result = block_on(timeout(Duration::ZERO, async {
        sleep(Duration::ZERO).await;
        reached.add();
        yield_now().await;
        reached.add();
    }));
    assert!(result.is_err());
    assert_eq!(reached.get(), 1);
}

// H153
#[test]
fn a_deadline_in_the_past_fires_at_the_first_wait() {
    assert!(block_on(timeout_at(past(), yield_now())).is_err());
}

// H154
#[test]
fn a_body_without_a_wait_is_in_time_whatever_the_limit() {
    let deadline = block_on(timeout_with(Duration::ZERO, ready)).unwrap();
    assert!(!deadline.is_expired());
}

// H155: nor is one late that holds the thread until its deadline has passed: it is never looked at.
#[test]
fn a_body_without_a_wait_is_in_time_though_its_deadline_has_passed() {
    let limited = timeout_with(Duration::from_millis(1), async |deadline| {
        while Some(Instant::now()) <= deadline.get() {
            std::hint::spin_loop();
        }
        deadline
    });
    let deadline = block_on(limited).unwrap();
    assert!(!deadline.is_expired());
    assert!(deadline.get() < Some(Instant::now()));
}

// H156: a `Duration` is never negative and never NaN; an instant in the past is allowed.
#[test]
fn a_deadline_in_the_past_reads_back() {
    let past = past();
    assert_eq!(timeout_at(past, ready(())).deadline(), Some(past));
}

// H157
#[test]
fn an_error_of_the_body_passes_unchanged() {
    let result = block_on(timeout(HOUR, async { Err::<(), _>("no route") }));
    assert_eq!(result, Ok(Err("no route")));
}

// H168, H169
#[test]
fn the_body_moves_its_deadline() {
    let reached = Counter::new();
    let result = block_on(timeout_with(Duration::ZERO, async |deadline| {
        deadline.reset(None).unwrap();
        yield_now().await;
        reached.add();
        deadline.reset(past()).unwrap();
        reached.add();
        yield_now().await;
        reached.add();
    }));
    assert!(result.is_err());
    assert_eq!(reached.get(), 2);
}

// H168
#[test]
fn another_thread_moves_the_deadline_of_a_timeout_that_waits() {
    let limited = timeout_with(None, |_| pending::<()>());
    let deadline = limited.deadline();
    let mover = std::thread::spawn(move || deadline.reset(Instant::now()));
    assert!(block_on(limited).is_err());
    assert_eq!(mover.join().unwrap(), Ok(()));
}

// H175
#[test]
fn loud_or_quiet() {
    assert!(block_on(timeout_at(past(), pending::<()>())).is_err());
    assert_eq!(block_on(timeout_at(past(), pending::<()>())).ok(), None);
}

#[test]
fn the_system_timer_fires_it() {
    let start = Instant::now();
    let limit = Duration::from_millis(2);
    assert!(block_on(timeout(limit, pending::<()>())).is_err());
    assert!(start.elapsed() >= limit);
}

#[test]
fn the_error_says_the_limit_unless_it_was_moved() {
    fn text(result: Result<(), Elapsed>) -> String {
        result.unwrap_err().to_string()
    }
    let limit = Duration::from_micros(1500);
    assert_eq!(text(block_on(timeout(limit, pending()))), "timed out after 1.5ms");
    assert_eq!(text(block_on(timeout_with(limit, |_| pending()))), "timed out after 1.5ms");
    assert_eq!(text(block_on(timeout_at(past(), pending()))), "deadline has elapsed");
    let moved = timeout_with(HOUR, async |deadline: Deadline| {
        deadline.reset(Duration::ZERO).unwrap();
        pending::<()>().await;
    });
    assert_eq!(text(block_on(moved)), "deadline has elapsed");
}

#[test]
fn the_error_becomes_an_io_error() {
    fn read() -> io::Result<()> {
        block_on(timeout(Duration::ZERO, pending::<()>()))?;
        Ok(())
    }
    let error = read().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "timed out after 0ns");
}

#[test]
fn it_takes_what_can_become_a_future() {
    struct Later;
    impl IntoFuture for Later {
        type Output = i32;
        type IntoFuture = Ready<i32>;

        fn into_future(self) -> Self::IntoFuture {
            ready(7)
        }
    }
    assert_eq!(block_on(timeout(HOUR, Later)), Ok(7));
    assert_eq!(block_on(timeout_with(HOUR, |_| Later)), Ok(7));
}

#[test]
fn auto_traits() {
    fn shared<T: Send + Sync + Unpin + 'static>() {}
    fn sent<T: Send + Unpin>() {}
    fn error<T: std::error::Error + Send + Sync + 'static>() {}
    shared::<Instant>();
    shared::<Deadline>();
    shared::<Sleep>();
    shared::<Interval>();
    sent::<Timeout<Pending<()>>>();
    sent::<TimeoutWith<Pending<()>>>();
    error::<Elapsed>();
    error::<DeadlineError>();
}
