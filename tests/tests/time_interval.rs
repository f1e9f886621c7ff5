//! Intervals through the public interface. The policies for missed ticks are tested tick by tick on a
//! virtual clock, in the crate itself; here their first steps, from a start in the past.
#![forbid(unsafe_code)]

use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::time::{Instant, Interval, MissedTick, interval, interval_at};
use taipan_tests::poll_once;

const HOUR: Duration = Duration::from_secs(3600);

fn take(interval: &mut Interval) -> Option<Instant> {
    match poll_once(pin!(interval.tick())) {
        Poll::Ready(tick) => Some(tick),
        Poll::Pending => None,
    }
}

#[test]
fn the_first_tick_comes_at_once_and_the_second_a_period_later() {
    let mut interval = interval(HOUR);
    let first = take(&mut interval).unwrap();
    assert_eq!(take(&mut interval), None);
    assert_eq!(interval.next_tick(), Some(first + HOUR));
    assert_eq!(interval.period(), HOUR);
}

#[test]
fn a_tick_that_is_dropped_while_it_waits_does_not_move_the_next() {
    let start = Instant::now() + HOUR;
    let mut interval = interval_at(start, HOUR);
    for _ in 0..3 {
        assert_eq!(take(&mut interval), None);
        assert_eq!(interval.next_tick(), Some(start));
    }
}

#[test]
fn ticks_lie_on_the_grid_however_late_they_come() {
    let period = Duration::from_millis(1);
    let mut interval = interval(period);
    block_on(async {
        let first = interval.tick().await;
        for n in 1..=4 {
            let tick = interval.tick().await;
            assert_eq!(tick, first + n * period);
            assert!(tick <= Instant::now());
        }
    });
}

/// From an interval of an hour that began three and a half hours ago: the ticks that can be taken at
/// once, in hours, and the half hour, at the earliest, of the one after them.
fn missed(policy: MissedTick) -> (Vec<u64>, u64) {
    let start = Instant::now() - 3 * HOUR - HOUR / 2;
    let mut interval = interval_at(start, HOUR).missed_tick(policy);
    let ticks = std::iter::from_fn(|| take(&mut interval))
        .map(|tick| (tick - start).as_secs() / 3600)
        .collect();
    (ticks, (interval.next_tick().unwrap() - start).as_secs() / 1800)
}

#[test]
fn missed_ticks_come_in_a_burst_are_delayed_or_skipped() {
    assert_eq!(missed(MissedTick::Burst), (vec![0, 1, 2, 3], 8));
    assert_eq!(missed(MissedTick::Delay), (vec![0], 9));
    assert_eq!(missed(MissedTick::Skip), (vec![0], 8));
    assert_eq!(MissedTick::default(), MissedTick::Burst);
}

#[test]
fn reset_starts_anew() {
    let mut interval = interval_at(Instant::now() - HOUR, HOUR);
    let before = Instant::now();
    interval.reset();
    assert_eq!(take(&mut interval), None);
    assert!(interval.next_tick().unwrap() >= before + HOUR);
}

#[test]
fn a_period_of_zero_panics_at_the_line_of_the_call() {
    let seen = Arc::new(Mutex::new(None));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new({
        let (seen, thread) = (Arc::clone(&seen), std::thread::current().id());
        move |info| {
            if std::thread::current().id() == thread {
                let at = info.location().map(|at| (at.file().to_owned(), at.line()));
                *seen.lock().unwrap() = at;
            }
        }
    }));
    let line = line!() + 1;
    let panic = catch_unwind(|| drop(interval(Duration::ZERO))).unwrap_err();
    std::panic::set_hook(hook);
    let text = panic.downcast_ref::<&str>().unwrap();
    assert_eq!(*text, "the period of an interval must be longer than zero");
    assert_eq!(*seen.lock().unwrap(), Some((file!().to_owned(), line)));
}
