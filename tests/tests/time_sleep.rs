//! Sleeps and instants, through the public interface. What needs time to pass is tested on a virtual clock,
//! in the crate itself.
#![forbid(unsafe_code)]

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::time::{Instant, sleep, sleep_until};
use taipan_tests::{WakeCounter, poll_once, poll_with};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn zero_and_the_past_are_over_at_the_first_poll() {
    assert_eq!(poll_once(pin!(sleep(Duration::ZERO))), Poll::Ready(()));
    assert_eq!(poll_once(pin!(sleep_until(Instant::now()))), Poll::Ready(()));
    let past = Instant::now() - Duration::from_secs(1);
    assert_eq!(poll_once(pin!(sleep_until(past))), Poll::Ready(()));
}

#[test]
fn a_sleep_ends_not_before_its_time() {
    let start = Instant::now();
    let limit = Duration::from_millis(3);
    block_on(sleep(limit));
    assert!(start.elapsed() >= limit);
}

#[test]
fn the_time_counts_from_the_call() {
    let before = Instant::now();
    let sleep = sleep(HOUR);
    let after = Instant::now();
    let deadline = sleep.deadline().unwrap();
    assert!(before + HOUR <= deadline && deadline <= after + HOUR);
}

#[test]
fn beyond_all_time_it_waits_for_ever_and_does_not_panic() {
    let mut forever = sleep(Duration::MAX);
    assert_eq!(forever.deadline(), None);
    assert!(poll_once(pin!(&mut forever)).is_pending());
    assert!(!forever.is_elapsed());
    // Even so it can be brought back.
    forever.reset(Instant::now());
    assert!(poll_once(pin!(&mut forever)).is_ready());
}

#[test]
fn once_over_it_stays_ready_until_it_is_reset() {
    let (wakes, waker) = WakeCounter::new();
    let mut sleep = sleep(Duration::ZERO);
    for _ in 0..2 {
        assert!(poll_with(pin!(&mut sleep), &waker).is_ready());
        assert!(sleep.is_elapsed());
    }
    sleep.reset(Instant::now() + HOUR);
    assert!(!sleep.is_elapsed());
    assert!(poll_with(pin!(&mut sleep), &waker).is_pending());
    assert_eq!(wakes.get(), 0);
}

#[test]
fn a_sleep_may_move_between_two_polls() {
    let deadline = Instant::now() + Duration::from_millis(2);
    let mut sleep = sleep_until(deadline);
    let _ = poll_once(pin!(&mut sleep));
    let moved = Box::new(sleep);
    block_on(*moved);
    assert!(Instant::now() >= deadline);
}

#[test]
fn an_instant_computes_as_the_one_of_std() {
    let std = std::time::Instant::now();
    let start = Instant::from(std);
    assert_eq!(std::time::Instant::from(start), std);

    let mut later = start + HOUR;
    assert_eq!(later - start, HOUR);
    assert_eq!(start - later, Duration::ZERO);
    assert_eq!(later.duration_since(start), HOUR);
    assert_eq!(start.saturating_duration_since(later), Duration::ZERO);
    assert_eq!(start.checked_duration_since(later), None);
    assert_eq!(later.checked_duration_since(start), Some(HOUR));
    assert_eq!(start.checked_add(Duration::MAX), None);
    assert_eq!(start.checked_sub(Duration::MAX), None);
    assert_eq!(later.elapsed(), Duration::ZERO);
    assert_eq!(later - HOUR, start);
    later -= HOUR;
    assert_eq!(later, start);
    later += HOUR;
    assert!(later > start);
}

#[test]
#[should_panic(expected = "overflow")]
fn an_instant_beyond_all_time_panics() {
    let _ = Instant::now() + Duration::MAX;
}
