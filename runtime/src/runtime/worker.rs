//! The loop of one worker, as a future.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use crate::sched::Next;
use crate::task::{Core, polls};

/// How many tasks are polled before the I/O and the thread's own tasks get their turn.
const BATCH: usize = 64;

/// How many turns in which no task was polled make a virtual clock move: in the first one the reactor
/// may have found I/O that is ready, and the thread's own tasks had their turn.
const QUIET_TURNS: u32 = 2;

pub(super) struct Worker {
    core: Arc<Core>,
    number: usize,
    /// Where a test's clock is virtual: the count of polls at the last turn, and for how many turns it has
    /// stood still.
    seen: u64,
    quiet: u32,
}

impl Worker {
    pub(super) fn new(core: Arc<Core>, number: usize) -> Self {
        Worker { core, number, seen: 0, quiet: 0 }
    }

    /// Runs a batch of tasks. Ready when the queue is closed. Pending, it has either parked the waker or
    /// woken it.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..BATCH {
            match self.core.queue.next(self.number, cx.waker()) {
                Next::Run(runnable) => {
                    // The root catches its task's panics; this is for a waker's or a destructor's
                    // that is not the task's own. The panic hook has printed it.
                    let _ = catch_unwind(AssertUnwindSafe(|| runnable.run()));
                }
                Next::Parked => {
                    self.idle(cx);
                    return Poll::Pending;
                }
                Next::Closed => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The queue is empty: lets a virtual clock move once nothing else can.
    fn idle(&mut self, cx: &Context<'_>) {
        use crate::current::Host;
        let Some(clock) = self.core.clock() else { return };
        if self.seen != polls() {
            self.seen = polls();
            self.quiet = 0;
        }
        if self.core.calls.load(Ordering::SeqCst) > 0 {
            return; // its end wakes whoever waits for it
        }
        self.quiet += 1;
        if self.quiet <= QUIET_TURNS || clock.jump() {
            cx.waker().wake_by_ref();
        }
    }
}
