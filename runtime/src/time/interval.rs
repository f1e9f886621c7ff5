//! Ticks at equal distances.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::{Clock, Instant, Timer};
use crate::budget::Turn;
use crate::waits::{About, Mark, Site};

/// Ticks every `period`, for the first time at once.
///
/// Unlike a sleep in a loop it does not drift: the time that the loop's body takes is part of the period.
/// What happens when the body takes longer than that is up to [`MissedTick`].
///
/// # Panics
///
/// Panics if `period` is zero.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::time::interval;
///
/// # taipan::run(async {
/// let period = Duration::from_millis(1);
/// let mut interval = interval(period);
/// let first = interval.tick().await;
/// let second = interval.tick().await;
/// assert_eq!(second - first, period);
/// # });
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    let clock = Clock::current();
    let start = clock.now();
    Interval::new(clock, start, period)
}

/// Ticks every `period`, for the first time at `start`.
///
/// A `start` in the past counts as a tick that was missed: see [`MissedTick`].
///
/// # Panics
///
/// Panics if `period` is zero.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::time::{Instant, interval_at};
///
/// # taipan::run(async {
/// let start = Instant::now() + Duration::from_millis(2);
/// let mut interval = interval_at(start, Duration::from_secs(1));
/// assert_eq!(interval.tick().await, start);
/// # });
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    Interval::new(Clock::current(), start, period)
}

/// A clock's ticks: made by [`interval`] and [`interval_at`].
#[must_use = "an interval does nothing by itself: call `tick().await` in a loop"]
pub struct Interval {
    timer: Timer,
    period: Duration,
    missed: MissedTick,
}

/// What an [`Interval`] does about the ticks that nobody took in time.
///
/// A tick is *late* if it is taken after its time, and the one after it is *missed* if it is due by then
/// as well. While none is missed, a late tick does not move the ones after it, under any policy.
///
/// An interval of 10 ms whose body takes 35 ms after the tick at 0, so that the ticks of 10, 20 and 30 are
/// due when it comes back:
///
/// | policy | `tick()` returns (and when it does) | between two ticks | on the grid |
/// |---|---|---|---|
/// | [`Burst`](MissedTick::Burst) | 10 (35), 20 (35), 30 (35), 40 (40), 50 (50) | nothing, until it has caught up | yes |
/// | [`Delay`](MissedTick::Delay) | 10 (35), 45 (45), 55 (55) | a period | no, it starts anew |
/// | [`Skip`](MissedTick::Skip) | 10 (35), 40 (40), 50 (50) | more than nothing, up to a period | yes |
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::time::{Instant, MissedTick, interval_at};
///
/// # taipan::run(async {
/// // The tick of 35 s ago is due, and the one of 5 s from now is the next on the grid.
/// let start = Instant::now() - Duration::from_secs(35);
/// let period = Duration::from_secs(10);
/// let mut interval = interval_at(start, period).missed_tick(MissedTick::Skip);
/// assert_eq!(interval.tick().await, start);
/// assert_eq!(interval.next_tick(), Some(start + 4 * period));
/// # });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MissedTick {
    /// Each missed tick comes at once, one after the other: as many ticks as periods. The default.
    #[default]
    Burst,
    /// The missed ticks are dropped; the next one comes a period after the late one was taken, and the grid
    /// starts anew from there.
    Delay,
    /// The missed ticks are dropped; the next one is the first of the grid that is still to come.
    Skip,
}

impl MissedTick {
    /// The tick after the one of `tick`, which is taken `now`; `None`: never.
    fn next(self, tick: Instant, now: Instant, period: Duration) -> Option<Instant> {
        let next = tick.checked_add(period)?;
        if next > now {
            return Some(next);
        }
        match self {
            MissedTick::Burst => Some(next),
            MissedTick::Delay => now.checked_add(period),
            MissedTick::Skip => {
                let late = (now - tick).as_nanos() % period.as_nanos();
                // The rest is less than the period, which is a `Duration`: it fits.
                let nanos_per_second = 1_000_000_000;
                let late = Duration::new(
                    (late / nanos_per_second) as u64,
                    (late % nanos_per_second) as u32,
                );
                now.checked_add(period - late)
            }
        }
    }
}

impl Interval {
    #[track_caller]
    fn new(clock: Clock, start: Instant, period: Duration) -> Interval {
        assert!(!period.is_zero(), "the period of an interval must be longer than zero");
        Interval { timer: Timer::new(clock, Some(start)), period, missed: MissedTick::default() }
    }

    /// Sets what happens to ticks that are missed.
    pub fn missed_tick(mut self, policy: MissedTick) -> Interval {
        self.missed = policy;
        self
    }

    /// Waits for the next tick and returns the time for which it was planned, which is not later than now.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a tick is taken in the poll that returns it. If the future is dropped before that, the
    /// next call waits for the same tick.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::time::interval;
    ///
    /// # taipan::run(async {
    /// let mut interval = interval(Duration::from_millis(1));
    /// let first = interval.tick().await;
    /// for n in 1..4 {
    ///     assert_eq!(interval.tick().await, first + n * interval.period());
    /// }
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn tick(&mut self) -> impl Future<Output = Instant> {
        let mut mark = Mark::new(Site::here("Interval::tick"));
        let mut turn = Turn::default();
        async move {
            let tick = poll_fn(|cx| {
                ready!(turn.poll(cx));
                let polled = self.poll_tick(cx);
                if polled.is_ready() {
                    turn.spend();
                }
                mark.note(&polled, || About::until(self.next_tick().map(Into::into)));
                polled
            });
            tick.await
        }
    }

    fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(self.timer.poll(cx));
        let now = self.timer.now();
        // A timer that fires has a deadline.
        let tick = self.timer.deadline().unwrap_or(now);
        self.timer.reset(self.missed.next(tick, now, self.period));
        Poll::Ready(tick)
    }

    /// Starts anew: the next tick comes a period from now.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::time::{Instant, interval};
    ///
    /// let mut interval = interval(Duration::from_secs(10));
    /// let before = Instant::now();
    /// interval.reset();
    /// assert!(interval.next_tick() >= Some(before + Duration::from_secs(10)));
    /// ```
    pub fn reset(&mut self) {
        let next = self.timer.now().checked_add(self.period);
        self.timer.reset(next);
    }

    /// Returns the time between two ticks.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }

    /// Returns the time for which the next tick is planned; `None`: never, it is too far away to be
    /// represented.
    #[must_use]
    pub fn next_tick(&self) -> Option<Instant> {
        self.timer.deadline()
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interval")
            .field("next_tick", &self.next_tick())
            .field("period", &self.period)
            .field("missed_tick", &self.missed)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;
    use crate::time::testing::{VirtualTime, poll_once};

    const MS: Duration = Duration::from_millis(1);

    /// Takes every tick that is due; the milliseconds since `start` for which they were planned.
    fn due(interval: &mut Interval, start: Instant) -> Vec<u128> {
        std::iter::from_fn(|| match poll_once(pin!(interval.tick())) {
            Poll::Ready(tick) => Some((tick - start).as_millis()),
            Poll::Pending => None,
        })
        .collect()
    }

    /// The ticks of the table in the docs of `MissedTick`: of period 10, asked for at 0, 35, 39, 40, ..
    fn table(policy: MissedTick) -> Vec<(u128, Vec<u128>)> {
        let time = VirtualTime::start();
        let start = Instant::now();
        let mut interval = interval(10 * MS).missed_tick(policy);
        assert_eq!(due(&mut interval, start), [0]);
        [35, 39, 40, 44, 45, 49, 50, 54, 55]
            .into_iter()
            .filter_map(|at| {
                time.clock.pass(start + at * MS - Instant::now());
                let ticks = due(&mut interval, start);
                (!ticks.is_empty()).then_some((u128::from(at), ticks))
            })
            .collect()
    }

    #[test]
    fn burst_catches_up() {
        let expected = [(35, vec![10, 20, 30]), (40, vec![40]), (50, vec![50])];
        assert_eq!(table(MissedTick::Burst), expected);
    }

    #[test]
    fn delay_starts_the_grid_anew() {
        assert_eq!(table(MissedTick::Delay), [(35, vec![10]), (45, vec![45]), (55, vec![55])]);
    }

    #[test]
    fn skip_goes_on_with_the_grid() {
        assert_eq!(table(MissedTick::Skip), [(35, vec![10]), (40, vec![40]), (50, vec![50])]);
    }

    #[test]
    fn a_late_tick_that_misses_none_moves_none() {
        for policy in [MissedTick::Burst, MissedTick::Delay, MissedTick::Skip] {
            let time = VirtualTime::start();
            let start = Instant::now();
            let mut interval = interval_at(start, 10 * MS).missed_tick(policy);
            time.clock.pass(9 * MS);
            assert_eq!(due(&mut interval, start), [0], "{policy:?}");
            assert_eq!(interval.next_tick(), Some(start + 10 * MS), "{policy:?}");
        }
    }

    #[test]
    fn a_tick_taken_exactly_at_the_next_one_misses_it() {
        for (policy, next) in
            [(MissedTick::Burst, 10), (MissedTick::Delay, 20), (MissedTick::Skip, 20)]
        {
            let start = Instant::now();
            let next = Some(start + next * MS);
            assert_eq!(policy.next(start, start + 10 * MS, 10 * MS), next, "{policy:?}");
        }
    }

    #[test]
    fn skip_keeps_the_grid_of_odd_and_long_periods() {
        let start = Instant::now();
        for period in [Duration::from_nanos(1_000_000_007), Duration::from_secs(1 << 33)] {
            let next = MissedTick::Skip.next(start, start + 5 * period + period / 2, period);
            assert_eq!(next, Some(start + 6 * period));
        }
    }

    #[test]
    fn a_dropped_tick_is_not_lost() {
        let time = VirtualTime::start();
        let start = Instant::now();
        let mut interval = interval_at(start + 10 * MS, 10 * MS);
        let mut tick = Box::pin(interval.tick());
        assert!(poll_once(tick.as_mut()).is_pending());
        time.clock.pass(10 * MS);
        // Woken, and dropped before it is polled again.
        drop(tick);
        assert_eq!(due(&mut interval, start), [10]);
    }

    #[test]
    fn reset_starts_a_period_from_now() {
        let time = VirtualTime::start();
        let start = Instant::now();
        let mut interval = interval(10 * MS);
        time.clock.pass(4 * MS);
        interval.reset();
        assert_eq!(due(&mut interval, start), [0; 0]);
        time.clock.pass(10 * MS);
        assert_eq!(due(&mut interval, start), [14]);
    }

    #[test]
    fn a_period_beyond_all_time_ticks_once() {
        let time = VirtualTime::start();
        let start = Instant::now();
        let mut interval = interval(Duration::MAX);
        assert_eq!(due(&mut interval, start), [0]);
        assert_eq!(interval.next_tick(), None);
        assert_eq!(time.clock.timers(), 0);
    }
}
