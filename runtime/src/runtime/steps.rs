//! The loop of a test, on its one thread.
//!
//! # The protocol
//!
//! 1. One ready task is polled at a time: main, a task of this thread, or another. They take turns, first come,
//!    first served; or the thread's generator chooses, which begins anew with each seed.
//! 2. When none is ready, whoever has something to do about that is asked in this order: those who wait until all
//!    others wait; those who move the clock; the clock itself.
//! 3. A still clock jumps to its next timer, but not while a call runs on another thread: its end wakes somebody.
//!    Something else outside may be about to wake somebody too: I/O, mostly. So a task that has gone to wait for such
//!    a thing is given 10 ms of real time in which nothing happens, once, before the clock jumps over it.
//! 4. If there is no timer either, nor anything outside that could wake anybody, the run is stuck. It is given half
//!    a second for what cannot be seen: a foreign thread that is about to use what is the crate's own.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use async_io::Timer;

use crate::current::Clock;
use crate::task::{Core, Lane};
use crate::time::{TestClock, real_now};
use crate::waits::{Outside, nothing_heard, outside};

/// How many tasks are polled before the I/O gets its turn.
const BATCH: usize = 64;

/// How many turns the I/O gets before anything is done about a standstill.
const QUIET_TURNS: u32 = 2;

/// For how long nothing may happen before the clock jumps over a wait for something outside.
const QUIET: Duration = Duration::from_millis(10);

/// For how long nothing may happen before a run is said to be stuck.
const PATIENCE: Duration = Duration::from_millis(500);

/// Nothing can go on.
pub(super) struct Stuck;

pub(super) struct Steps {
    core: Arc<Core>,
    lane: Arc<Lane>,
    clock: Arc<TestClock>,
    shuffled: bool,
    /// Set when main has ended: then nobody else is polled before that is seen.
    interrupt: Rc<Cell<bool>>,
    rest: Rest,
    slept: Duration,
}

/// How it stands since the last poll of a task.
#[derive(Default)]
struct Rest {
    since: Option<Instant>,
    turns: u32,
    timer: Option<(Instant, Timer)>,
}

enum Idle {
    /// Somebody was woken.
    Woken,
    /// The waker will be.
    Parked,
    Stuck,
}

impl Steps {
    pub(super) fn new(
        core: Arc<Core>,
        lane: Arc<Lane>,
        clock: Arc<TestClock>,
        shuffled: bool,
        interrupt: Rc<Cell<bool>>,
    ) -> Steps {
        let (rest, slept) = (Rest::default(), Duration::ZERO);
        Steps { core, lane, clock, shuffled, interrupt, rest, slept }
    }

    /// For how long everybody waited, in real time, for a timer.
    pub(super) fn slept(&self) -> Duration {
        self.slept
    }

    /// Polls `future` and the tasks until the future has ended.
    pub(super) async fn run<F: Future>(
        &mut self,
        mut future: Pin<&mut F>,
    ) -> Result<F::Output, Stuck> {
        self.rest = Rest::default();
        std::future::poll_fn(|cx| {
            loop {
                if let Poll::Ready(output) = future.as_mut().poll(cx) {
                    return Poll::Ready(Ok(output));
                }
                match self.batch(cx.waker()) {
                    BATCH => {
                        // A running clock runs while tasks have work, too.
                        if !self.clock.is_still()
                            && self.clock.next().is_some_and(|next| next <= self.clock.now())
                        {
                            self.clock.jump();
                        }
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    0 => match self.idle(cx) {
                        Idle::Woken => {}
                        Idle::Parked => return Poll::Pending,
                        Idle::Stuck => return Poll::Ready(Err(Stuck)),
                    },
                    _ => {} // the future first: it may have waited for one of those
                }
            }
        })
        .await
    }

    /// Polls tasks; how many.
    fn batch(&mut self, waker: &Waker) -> usize {
        for polled in 0..BATCH {
            if !self.lane.step(self.shuffled, waker) {
                return polled;
            }
            self.rest = Rest::default();
            if self.interrupt.take() {
                return polled + 1;
            }
        }
        BATCH
    }

    /// No task is ready: sees who can go on all the same.
    fn idle(&mut self, cx: &mut Context<'_>) -> Idle {
        let since = *self.rest.since.get_or_insert_with(real_now);
        let outside = outside();
        if outside != Outside::Nothing && self.rest.turns < QUIET_TURNS {
            self.rest.turns += 1;
            cx.waker().wake_by_ref();
            return Idle::Parked;
        }
        if self.lane.wake_blocked() || self.clock.step() {
            return Idle::Woken;
        }
        if self.core.calls.load(Ordering::SeqCst) > 0 {
            return Idle::Parked;
        }
        match self.clock.next() {
            Some(_) if self.clock.is_still() => {
                if outside == Outside::Fresh {
                    if self.rest.poll(QUIET, cx).is_pending() {
                        return Idle::Parked;
                    }
                    nothing_heard();
                }
                self.clock.jump();
                Idle::Woken
            }
            Some(next) => {
                if self.rest.poll_at(next, cx).is_pending() {
                    return Idle::Parked;
                }
                self.slept += real_now() - since;
                self.clock.jump();
                Idle::Woken
            }
            // Asked last, as it looks at each task.
            None if outside == Outside::Nothing && self.core.foreign() == Some(0) => {
                match self.rest.poll(PATIENCE, cx) {
                    Poll::Pending => Idle::Parked,
                    Poll::Ready(()) => Idle::Stuck,
                }
            }
            None => Idle::Parked,
        }
    }
}

impl Rest {
    /// Waits until that long after the beginning of the rest, in real time.
    fn poll(&mut self, rest: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let since = self.since.unwrap_or_else(real_now);
        self.poll_at(since + rest, cx)
    }

    /// Waits until then, in real time.
    fn poll_at(&mut self, then: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let timer = match &mut self.timer {
            Some((set, timer)) if *set == then => timer,
            timer => &mut timer.insert((then, Timer::at(then))).1,
        };
        Pin::new(timer).poll(cx).map(drop)
    }
}
