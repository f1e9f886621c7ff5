//! The loop of one worker, as a future.
//!
//! # The protocol
//!
//! 1. Tasks are polled in batches, and between two of them somebody else may be asked: main, on the first worker.
//! 2. As long as there is work, the thread's own tasks and the I/O get their turn every 200 us. That is seldom enough to
//!    cost little, for a turn of the reactor costs as much as some twenty polls.
//! 3. Without work the worker parks; if it is to watch (see `sched`), with a timer for its next look.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_io::Timer;

use crate::sched::Parked;
use crate::task::{Collecting, Core, OwnQueue, collect_here};
use crate::time::real_now;

/// How many tasks are polled before main is asked, and the shared queue looked at.
const BATCH: usize = 64;

/// For how long tasks are polled before the I/O and the thread's own tasks get their turn.
const TURN: Duration = Duration::from_micros(200);

/// How long until a worker that watches looks again.
const LOOK: Duration = Duration::from_micros(500);

/// How many looks a worker takes at others that all rest before it rests as well.
const LINGER: u32 = 16;

/// What became of who is asked before each batch.
pub(super) enum First<R> {
    Ended(R),
    /// It was polled, and may have woken itself or others: it is asked again before the worker parks.
    Ran,
    Rested,
}

pub(super) struct Worker {
    own: Rc<OwnQueue>,
    look: Option<Timer>,
    /// How many looks in a row there was nobody to look after.
    rests: u32,
    _collecting: Collecting,
}

impl Worker {
    /// The worker of that number, on this thread.
    pub(super) fn new(core: &Core, number: usize) -> Self {
        let own = Rc::new(OwnQueue::new(Arc::clone(&core.queue), number));
        let collecting = collect_here(Rc::clone(&own));
        Worker { own, look: None, rests: 0, _collecting: collecting }
    }

    /// Polls tasks until there are none, and asks `first` before each batch. Ready when that has ended, or with `None` when
    /// the queues are closed. Pending, it has either parked the waker or woken it.
    pub(super) fn poll<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut first: impl FnMut(&mut Context<'_>) -> First<R>,
    ) -> Poll<Option<R>> {
        if !self.own.is_awake() {
            self.own.arise();
        }
        let begun = real_now();
        let mut polled = 0;
        loop {
            let before = polled;
            match first(cx) {
                First::Ended(result) => return Poll::Ready(Some(result)),
                First::Ran => polled += 1,
                First::Rested => {}
            }
            polled += self.batch();
            let busy = self.own.share() || polled > before;
            if !busy && !self.seek(cx) {
                if self.own.is_closed() {
                    return Poll::Ready(None);
                }
                if self.park(cx) {
                    return Poll::Pending;
                }
            }
            if polled >= BATCH {
                polled = 0;
                if real_now() - begun >= TURN {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }

    /// Polls up to a batch of tasks; how many.
    fn batch(&mut self) -> usize {
        for polled in 0..BATCH {
            let Some(runnable) = self.own.pop() else { return polled };
            // The root catches its task's panics; this is for a waker's or a destructor's that is not the
            // task's own. The panic hook has printed it.
            let _ = catch_unwind(AssertUnwindSafe(|| runnable.run()));
        }
        BATCH
    }

    /// Looks for work with the others.
    fn seek(&mut self, cx: &mut Context<'_>) -> bool {
        let due = self.look.as_mut().is_some_and(|look| Pin::new(look).poll(cx).is_ready());
        if due {
            self.look = None;
            self.rests += 1;
        }
        let found = if due { self.own.look() } else { self.own.steal() };
        if found {
            self.own.work();
        }
        found
    }

    /// Parks the worker. `false`: there is something to do after all.
    fn park(&mut self, cx: &mut Context<'_>) -> bool {
        match self.own.park(cx.waker(), self.rests < LINGER) {
            Parked::No => return false,
            Parked::Deep => {
                self.look = None;
                self.rests = 0;
            }
            Parked::Watching { others } => {
                if others {
                    self.rests = 0;
                }
                let look = self.look.get_or_insert_with(|| Timer::after(LOOK));
                if Pin::new(look).poll(cx).is_ready() {
                    cx.waker().wake_by_ref(); // it is due already
                }
            }
        }
        true
    }
}
