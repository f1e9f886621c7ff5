//! The run queue of a test's one thread, on which main and the thread's own tasks are tasks among the others.
//!
//! The thread's own tasks have a queue beside that of the runtime. First come, first served holds across both: who is
//! pushed here notes how many of the others came before.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::core::Core;
use super::runnable::Runnable;
use crate::current::random;
use crate::sched::{Next, Queue};

pub(crate) struct Lane {
    /// The tasks of all threads.
    core: Arc<Core>,
    /// How many of them have been polled so far.
    others_polled: AtomicUsize,
    /// This thread's tasks.
    own: Queue<async_task::Runnable>,
    /// For each of those that are ready: how many of the others came before it.
    before: Mutex<VecDeque<usize>>,
    /// Who waits until all others wait.
    blocked: Mutex<Vec<Arc<WhenBlocked>>>,
}

impl Lane {
    pub(crate) fn new(core: Arc<Core>) -> Arc<Lane> {
        Arc::new(Lane {
            core,
            others_polled: AtomicUsize::new(0),
            own: Queue::new(1),
            before: Mutex::default(),
            blocked: Mutex::default(),
        })
    }

    /// Starts `future` as a task of this thread.
    pub(crate) fn spawn<F>(self: &Arc<Self>, future: F) -> async_task::Task<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        let lane = Arc::clone(self);
        let builder = async_task::Builder::new().propagate_panic(false);
        let (runnable, task) =
            builder.spawn_local(|()| future, move |runnable| lane.push(runnable));
        runnable.schedule();
        task
    }

    fn push(&self, runnable: async_task::Runnable) {
        let before = self.others_polled.load(Ordering::Relaxed) + self.core.queue.ready();
        lock(&self.before).push_back(before);
        // Refused only if the run is over, and then nothing of a task is left but its memory: see `expel`.
        drop(self.own.push(runnable));
    }

    /// Polls one ready task: the first, or, shuffled, any. `false`: none is ready, and `waker` will be woken when one
    /// is.
    pub(crate) fn step(&self, shuffled: bool, waker: &Waker) -> bool {
        let (own, others) = (self.own.ready(), self.core.queue.ready());
        if own + others == 0 {
            return self.park(waker);
        }
        let place = if shuffled {
            random(own + others)
        } else if own > 0 && (others == 0 || self.own_is_first()) {
            0
        } else {
            own
        };
        // Nobody else takes from the queues: so the place is there.
        if place < own {
            lock(&self.before).pop_front();
            run(|| self.own.take(0, place).map(async_task::Runnable::run));
        } else {
            self.others_polled.fetch_add(1, Ordering::Relaxed);
            run(|| self.core.queue.take(0, place - own).map(Runnable::run));
        }
        true
    }

    /// Whether the first of this thread's tasks came before the first of the others.
    fn own_is_first(&self) -> bool {
        let polled = self.others_polled.load(Ordering::Relaxed);
        lock(&self.before).front().is_some_and(|before| *before <= polled)
    }

    /// Leaves the waker with both queues. `true`: something was pushed meanwhile, from another thread.
    fn park(&self, waker: &Waker) -> bool {
        if let Next::Run(runnable) = self.own.next(0, waker) {
            lock(&self.before).pop_front();
            run(|| runnable.run());
            return true;
        }
        if let Next::Run(runnable) = self.core.queue.next(0, waker) {
            self.others_polled.fetch_add(1, Ordering::Relaxed);
            run(|| runnable.run());
            return true;
        }
        false
    }

    /// Ends what is left. Each task was cancelled and woken before: so it is found here, and its body dropped.
    pub(crate) fn expel(&self) {
        for runnable in self.own.close() {
            runnable.run();
        }
    }

    /// Wakes `waker` once when all others wait.
    pub(crate) fn when_blocked(&self, waker: &Waker) -> Arc<WhenBlocked> {
        let when = Arc::new(WhenBlocked(Mutex::new(Some(waker.clone()))));
        lock(&self.blocked).push(Arc::clone(&when));
        when
    }

    /// All wait: wakes those who waited for that. `false`: nobody did.
    pub(crate) fn wake_blocked(&self) -> bool {
        let waiting = std::mem::take(&mut *lock(&self.blocked));
        let wakers: Vec<Waker> = waiting.iter().filter_map(|when| when.take()).collect();
        let any = !wakers.is_empty();
        wakers.into_iter().for_each(Waker::wake);
        any
    }
}

/// One who waits until all others wait: its waker is taken when they do.
pub(crate) struct WhenBlocked(Mutex<Option<Waker>>);

impl WhenBlocked {
    /// Makes it wake `waker`; `false`: it is over.
    pub(crate) fn update(&self, waker: &Waker) -> bool {
        let mut waker = waker.clone(); // it is dropped after the lock is released, whichever it is then
        let mut slot = lock(&self.0);
        let Some(slot) = &mut *slot else { return false };
        std::mem::swap(slot, &mut waker);
        true
    }

    /// It waits no longer.
    pub(crate) fn take(&self) -> Option<Waker> {
        lock(&self.0).take()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Polls a task. The root catches its task's panics; this is for a waker's or a destructor's that is not the
/// task's own. The panic hook has printed it.
fn run<R>(poll: impl FnOnce() -> R) {
    let _ = catch_unwind(AssertUnwindSafe(poll));
}
