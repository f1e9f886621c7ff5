//! The loop of one worker, as a future.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::sched::Next;
use crate::task::Core;

/// How many tasks are polled before the I/O and the thread's own tasks get their turn.
const BATCH: usize = 64;

pub(super) struct Worker {
    core: Arc<Core>,
    number: usize,
}

impl Worker {
    pub(super) fn new(core: Arc<Core>, number: usize) -> Self {
        Worker { core, number }
    }

    /// Runs a batch of tasks. Ready when the queue is closed. Pending, it has either parked the waker or
    /// woken it.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(poller) = &self.core.poller {
            poller.leave(self.number);
            poller.turn();
        }
        for _ in 0..BATCH {
            match self.core.queue.next(self.number, cx.waker()) {
                Next::Run(runnable) => {
                    // The root catches its task's panics; this is for a waker's or a destructor's
                    // that is not the task's own. The panic hook has printed it.
                    let _ = catch_unwind(AssertUnwindSafe(|| runnable.run()));
                }
                Next::Parked => {
                    if let Some(poller) = &self.core.poller {
                        poller.watch(self.number, cx);
                    }
                    return Poll::Pending;
                }
                Next::Closed => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
