//! The loop of one worker, as a future.
//!
//! Between two batches it fires the timers that are due, on whichever worker's wheel they are. Before it sleeps, which
//! is after it was parked, it sees to it that it is woken for the next one; and if another worker is busy, every
//! millisecond, as that one may be held up for long by a single poll.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_io::Timer;

use crate::sched::Next;
use crate::task::Core;
use crate::time::real_now;

/// How many tasks are polled before the I/O and the thread's own tasks get their turn.
const BATCH: usize = 64;

/// How often an idle worker looks after the timers of a busy one.
const LOOK: Duration = Duration::from_millis(1);

pub(super) struct Worker {
    core: Arc<Core>,
    number: usize,
    alarm: Timer,
    /// For when the alarm is set.
    alarm_at: Option<Instant>,
}

impl Worker {
    pub(super) fn new(core: Arc<Core>, number: usize) -> Self {
        Worker { core, number, alarm: Timer::never(), alarm_at: None }
    }

    /// Runs a batch of tasks. Ready when the queue is closed. Pending, it has either parked the waker or
    /// woken it.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.core.timers.next().is_some() {
            self.core.timers.fire(real_now());
        }
        for _ in 0..BATCH {
            match self.core.queue.next(self.number, cx.waker()) {
                Next::Run(runnable) => {
                    // The root catches its task's panics; this is for a waker's or a destructor's
                    // that is not the task's own. The panic hook has printed it.
                    let _ = catch_unwind(AssertUnwindSafe(|| runnable.run()));
                }
                Next::Parked if self.sleep(cx).is_pending() => return Poll::Pending,
                Next::Parked => {
                    self.core.timers.fire(real_now());
                }
                Next::Closed => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Ready when there may be a timer to fire.
    fn sleep(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let look = self.core.queue.is_busy().then(|| real_now() + LOOK);
        let wake = self.core.timers.next().into_iter().chain(look).min();
        if wake != self.alarm_at {
            self.alarm_at = wake;
            match wake {
                Some(wake) => self.alarm.set_at(wake),
                None => self.alarm = Timer::never(),
            }
        }
        Pin::new(&mut self.alarm).poll(cx).map(|_| self.alarm_at = None)
    }
}
