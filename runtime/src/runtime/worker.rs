//! The loop of one worker, as a future.
//!
//! # The protocol
//!
//! 1. Tasks are polled in batches, and between two of them somebody else may be asked: main, on the first worker, and the
//!    thread's own tasks, as many again.
//! 2. A batch is as long as makes it take about 50 us, and 64 polls at most. After it, timers are fired that are due, on
//!    whichever worker's wheel they are, and what has come for the sockets is taken. As long as there is work, who
//!    drives the worker gets a turn every 200 us: that is seldom enough to cost little, for a turn of `async-io`'s reactor
//!    costs as much as some twenty polls.
//! 3. Without work the worker parks. *After* it has said so it looks when the next timer is due, and sees to it that
//!    it is woken then; or for its next look at the others, if it watches (see `sched`). When all are parked, one waits for
//!    the sockets (see `poller`).
//! 4. Where the runtime has a poller, the worker is driven, and its thread parked, by a `Parker`. What waits through `async-io`
//!    all the same is served by a thread of that crate, which starts when it is first needed. Elsewhere `async-io` drives
//!    the worker, and workers with nothing to do serve its I/O.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_executor::LocalExecutor;
use async_io::Timer;

use crate::poller::Parker;
use crate::sched::Parked;
use crate::task::{Collecting, Core, OwnQueue, collect_here};
use crate::time::real_now;

/// How many tasks are polled at most before main is asked, and the clock and the shared queue are looked at.
const BATCH: usize = 64;

/// About how long a batch is to take.
const BATCH_TIME: Duration = Duration::from_micros(50);

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
    core: Arc<Core>,
    own: Rc<OwnQueue>,
    local: Rc<LocalExecutor<'static>>,
    _collecting: Collecting,
    /// How many tasks make a batch.
    batch: usize,
    /// When it looks at the others again, if it watches.
    look: Option<Instant>,
    /// How many looks in a row there was nobody to look after.
    rests: u32,
    parking: Parking,
}

/// Who parks a worker's thread.
enum Parking {
    Own(Rc<Parker>),
    /// `async-io`, where there is no poller.
    AsyncIo(Alarm),
}

impl Worker {
    /// The worker of that number, on this thread, whose own tasks are those of `local`.
    ///
    /// It is to be driven by [`block_on`], with that parker.
    pub(super) fn new(
        core: &Arc<Core>,
        number: usize,
        local: &Rc<LocalExecutor<'static>>,
        parker: Option<&Rc<Parker>>,
    ) -> Self {
        let own = Rc::new(OwnQueue::new(Arc::clone(&core.queue), number));
        let collecting = collect_here(Rc::clone(&own));
        Worker {
            core: Arc::clone(core),
            own,
            local: Rc::clone(local),
            _collecting: collecting,
            batch: BATCH,
            look: None,
            rests: 0,
            parking: match parker {
                Some(parker) => Parking::Own(Rc::clone(parker)),
                None => Parking::AsyncIo(Alarm::default()),
            },
        }
    }

    /// Polls tasks until there are none, and asks `first` before each batch. Ready when that has ended, or with `None` when
    /// the queues are closed. Pending, it has either parked the waker or woken it.
    pub(super) fn poll<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut first: impl FnMut(&mut Context<'_>, &OwnQueue) -> First<R>,
    ) -> Poll<Option<R>> {
        self.arise();
        let begun = real_now();
        self.fire(begun);
        let (mut polled, mut since) = (0, begun);
        loop {
            let before = polled;
            match first(cx, &self.own) {
                First::Ended(result) => return Poll::Ready(Some(result)),
                First::Ran => polled += 1,
                First::Rested => {}
            }
            polled += self.run() + self.run_local();
            let busy = self.own.share() || polled > before;
            if busy && polled < self.batch {
                continue;
            }
            let now = real_now();
            if busy {
                self.rests = 0;
                self.fire(now);
                self.harvest();
                if now - begun >= TURN {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                self.measure(now - since);
            } else if !self.fire(now) && !self.seek(now) {
                if self.own.is_closed() {
                    return Poll::Ready(None);
                }
                if self.park(now, cx) {
                    return Poll::Pending;
                }
            }
            (polled, since) = (0, now);
        }
    }

    /// It is up, if nobody has said so yet.
    fn arise(&self) {
        if !self.own.is_awake() {
            self.own.arise();
        }
    }

    /// Polls up to a batch of tasks; how many.
    fn run(&mut self) -> usize {
        for polled in 0..self.batch {
            let Some(runnable) = self.own.pop() else { return polled };
            if polled == 0 {
                self.own.begin();
            }
            runnable.run();
        }
        self.batch
    }

    /// Polls up to a batch of the thread's own tasks; how many.
    fn run_local(&mut self) -> usize {
        if self.own.is_alone() && !self.local.is_empty() {
            self.own.begin();
        }
        (0..self.batch).take_while(|_| contained(|| self.local.try_tick()).unwrap_or(true)).count()
    }

    /// So long has a batch taken.
    fn measure(&mut self, taken: Duration) {
        if taken > 2 * BATCH_TIME {
            self.batch = (self.batch / 2).max(1);
        } else if taken < BATCH_TIME {
            self.batch = (self.batch * 2).min(BATCH);
        }
    }

    /// Fires the timers that are due. `false`: there were none.
    fn fire(&self, now: Instant) -> bool {
        let timers = &self.core.timers;
        timers.next().is_some_and(|next| next <= now) && timers.fire(now)
    }

    /// Wakes those for whose sockets something has come. `false`: there were none.
    fn harvest(&self) -> bool {
        self.core.poller.as_ref().is_some_and(|poller| poller.turn() > 0)
    }

    /// Looks for work with the others.
    fn seek(&mut self, now: Instant) -> bool {
        let due = self.look.take_if(|look| *look <= now).is_some();
        if due {
            self.rests += 1;
            self.own.look()
        } else {
            self.own.steal()
        }
    }

    /// Parks the worker. `false`: there is something to do after all.
    fn park(&mut self, now: Instant, cx: &mut Context<'_>) -> bool {
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
                self.look.get_or_insert(now + LOOK);
            }
        }
        let watch = self.own.all_parked();
        // Who watches is woken by what has come. The others leave that to those who work; but they may take long.
        if !watch && self.harvest() {
            self.arise();
            return false;
        }
        let wanted = self.core.timers.next().into_iter().chain(self.look).min();
        match &mut self.parking {
            Parking::Own(parker) => parker.rest(wanted, watch),
            Parking::AsyncIo(alarm) => {
                if alarm.set(wanted, cx).is_ready() {
                    self.own.arise();
                    return false;
                }
            }
        }
        true
    }
}

/// What parks this thread; `None`: `async-io` does.
pub(super) fn parker(core: &Core) -> Option<Rc<Parker>> {
    core.poller.as_ref().map(|poller| Rc::new(Parker::new(poller)))
}

/// Drives the future in which the workers of a thread are polled.
pub(super) fn block_on<F: Future>(parker: Option<&Rc<Parker>>, future: F) -> F::Output {
    match parker {
        Some(parker) => parker.block_on(future),
        None => async_io::block_on(future),
    }
}

/// Polls a task of the thread's own. Its root catches its panics; this is for a waker's or a destructor's that is not the
/// task's: the panic hook has printed it.
pub(super) fn contained<R>(poll: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(poll)).ok()
}

/// Wakes a worker that `async-io` has parked.
struct Alarm {
    timer: Timer,
    /// For when it is set.
    at: Option<Instant>,
}

impl Default for Alarm {
    fn default() -> Self {
        Alarm { timer: Timer::never(), at: None }
    }
}

impl Alarm {
    /// Sees to it that the waker is woken at `wanted`, or earlier: one that was set for an earlier time is left as it
    /// is, for to set it costs more than to be woken in vain. Ready if it is time already.
    fn set(&mut self, wanted: Option<Instant>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(wanted) = wanted
            && self.at.is_none_or(|at| wanted < at)
        {
            self.at = Some(wanted);
            self.timer.set_at(wanted);
        }
        if self.at.is_none() || Pin::new(&mut self.timer).poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.at = None;
        Poll::Ready(())
    }
}
