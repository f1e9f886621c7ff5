//! The queue of one worker, on its thread.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use super::{Queue, Ring, Worker};

/// How many tasks a ring has room for.
pub(super) const RING: usize = 512;

/// How many tasks move into the ring at a time.
const REFILL: usize = RING / 2;

pub(crate) struct Own<T> {
    queue: Arc<Queue<T>>,
    number: usize,
    ring: Ring<T>,
    /// Whether the worker comes to its queue without being woken: it does from when it is woken until it parks.
    awake: Cell<bool>,
    /// Whether this worker watches.
    watches: Cell<bool>,
    /// What each worker had polled at the last look.
    seen: RefCell<Vec<u32>>,
}

impl<T> Own<T> {
    /// The queue of the worker of that number, which has only this one.
    pub(crate) fn new(queue: Arc<Queue<T>>, number: usize) -> Self {
        let ring = Ring::new(RING);
        let set = queue.workers[number].ring.set(ring.stealer());
        assert!(set.is_ok(), "a second queue for worker {number}");
        Own {
            queue,
            number,
            ring,
            awake: Cell::new(true),
            watches: Cell::new(false),
            seen: RefCell::default(),
        }
    }

    /// Whether it is this worker of that runtime.
    pub(crate) fn is(&self, queue: &Arc<Queue<T>>) -> bool {
        Arc::ptr_eq(&self.queue, queue)
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    pub(crate) fn is_awake(&self) -> bool {
        self.awake.get()
    }

    fn worker(&self) -> &Worker<T> {
        &self.queue.workers[self.number]
    }

    /// Puts a task at the end; gives it back if the queues are closed.
    #[inline]
    pub(crate) fn push(&self, task: T) -> Result<(), T> {
        let idle = &self.queue.idle;
        let overflow = &self.worker().overflow;
        // Almost always there is nothing else to see to.
        let fast =
            idle.is_quiet() && self.awake.get() && !self.watches.get() && overflow.len() == 0;
        if !fast {
            return self.push_slowly(task);
        }
        self.ring.push(task).or_else(|task| self.push_slowly(task))
    }

    #[cold]
    fn push_slowly(&self, task: T) -> Result<(), T> {
        let Queue { idle, .. } = &*self.queue;
        if idle.is_closed() {
            return Err(task);
        }
        let overflow = &self.worker().overflow;
        if overflow.len() > 0 {
            overflow.push(task)?;
        } else if let Err(task) = self.ring.push(task) {
            overflow.push(task)?;
        }
        if !self.awake.get() {
            self.awake.set(true);
            if let Some(waker) = idle.arise(self.number) {
                waker.wake();
            }
        } else {
            self.begin();
        }
        Ok(())
    }

    /// Takes the first task.
    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        let task = self.ring.pop().or_else(|| self.refill())?;
        let polled = &self.worker().polled;
        // Nobody else writes it.
        polled.store(polled.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        Some(task)
    }

    fn refill(&self) -> Option<T> {
        let overflow = &self.worker().overflow;
        if overflow.len() == 0 {
            return None;
        }
        // What others are taking from the ring just now keeps its room until they are done: it may have none, though it
        // is empty.
        overflow.give(REFILL, &self.ring);
        self.ring.pop().or_else(|| overflow.pop())
    }

    /// Moves this worker's share of the shared queue behind its own tasks. `true`: something was there.
    pub(crate) fn share(&self) -> bool {
        let Queue { shared, idle, workers } = &*self.queue;
        let waiting = shared.len();
        if waiting == 0 {
            return false;
        }
        let share = waiting.div_ceil(workers.len()).min(REFILL);
        let taken = shared.give(share, &self.ring);
        // It may be that only this worker was called for all of them; and what it has taken is to be watched.
        if shared.len() > 0 || (taken > 1 && idle.is_unwatched()) {
            idle.call();
        }
        taken > 0
    }

    /// Takes half of what waits with another. `true`: something was taken.
    pub(crate) fn steal(&self) -> bool {
        self.rob(|_, _| false)
    }

    /// As `steal`, at a look of who watches: what waits alone with a worker that has polled nothing since the last look is
    /// taken, too.
    pub(crate) fn look(&self) -> bool {
        let taken = self.rob(|number, polled| self.seen.borrow().get(number) == Some(&polled));
        self.see();
        taken
    }

    fn see(&self) {
        let mut seen = self.seen.borrow_mut();
        seen.clear();
        seen.extend(self.queue.workers.iter().map(Worker::polled));
    }

    fn rob(&self, alone: impl Fn(usize, u32) -> bool) -> bool {
        let workers = &self.queue.workers;
        // Round from the next: no two begin with the same victim.
        let others = (self.number + 1..workers.len()).chain(0..self.number);
        let mut robbed = others.map(|number| {
            let worker = &workers[number];
            worker.give_half(&self.ring, alone(number, worker.polled()))
        });
        robbed.any(|taken| taken > 0)
    }

    /// The worker was woken, or has found something: it comes to its queue.
    pub(crate) fn arise(&self) {
        self.awake.set(true);
        drop(self.queue.idle.arise(self.number));
    }

    /// Parks the worker, unless there is something to do after all. `linger`: if it watches, it does so even if there
    /// is nobody to look after.
    pub(crate) fn park(&self, waker: &Waker, linger: bool) -> Parked {
        let Queue { shared, idle, .. } = &*self.queue;
        let (watches, others) = idle.park(self.number, waker, linger);
        if shared.len() > 0 || idle.is_closed() {
            drop(idle.arise(self.number));
            return Parked::No;
        }
        self.awake.set(false);
        if watches && !self.watches.get() {
            self.see();
        }
        self.watches.set(watches);
        if watches { Parked::Watching { others } } else { Parked::Deep }
    }

    /// Whether every worker is parked. Of those that park at the same time, at least the last one finds it so.
    pub(crate) fn all_parked(&self) -> bool {
        self.queue.idle.all_parked(self.queue.workers.len())
    }

    /// Whether nobody else watches, though another may be able to.
    #[inline]
    pub(crate) fn is_alone(&self) -> bool {
        self.watches.get() || self.queue.idle.is_unwatched()
    }

    /// The worker has something to do that may take long: somebody else is to watch, also what comes here meanwhile.
    #[inline]
    pub(crate) fn begin(&self) {
        if self.is_alone() {
            self.work();
        }
    }

    #[cold]
    fn work(&self) {
        let Queue { idle, .. } = &*self.queue;
        if self.watches.take() {
            idle.work(self.number);
        }
        if idle.is_unwatched() {
            idle.call();
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.queue.idle.is_closed()
    }
}

/// How a worker is parked.
pub(crate) enum Parked {
    /// There is something to do.
    No,
    /// Until it is woken.
    Deep,
    /// It wants to be woken for its next look; whether there are others who work.
    Watching { others: bool },
}
