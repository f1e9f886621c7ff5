//! The run queues: which task is polled next, and by whom.
//!
//! # The protocol
//!
//! Each worker has a queue of its own, and all share one. Every queue is first in, first out.
//!
//! 1. What is pushed on a worker's thread goes to the end of that worker's own queue, and nobody is called: it is
//!    awake, and will come to it. So tasks that wake each other come together on one worker, and nothing is
//!    paid for moving them.
//! 2. What is pushed on any other thread goes to the end of the shared queue, and one parked worker is called. A
//!    worker looks at the shared queue after each batch, and before it parks.
//! 3. A worker with nothing to do takes from the shared queue, then half of what waits in another's. One task that
//!    waits alone is left to its worker, which comes to it sooner than a task can be moved.
//! 4. As long as somebody works and somebody is parked, one of the parked *watches*: twice a millisecond it looks
//!    whether something waits with the others and takes its half. If one of them has polled nothing since the last look,
//!    it takes what waits there alone, too. So whatever stands behind a task that computes for long is polled soon; and
//!    when all rest, nobody watches.
//! 5. A closed queue takes nothing in: what is pushed is given back. What it held is handed to whoever
//!    closes it.
//!
//! Nobody sleeps while something waits in the shared queue: `idle` has the argument.
#![forbid(unsafe_code)]

mod backlog;
mod idle;
#[cfg(all(test, taipan_loom))]
mod model;
mod own;
#[cfg(all(test, not(taipan_loom)))]
mod tests;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Waker;

use st3::StealError;
use st3::fifo::{Stealer, Worker as Ring};

use backlog::Backlog;
use idle::Idle;

pub(crate) use own::{Own, Parked};

/// The run queues of one runtime; `T` is a task that is ready.
pub(crate) struct Queue<T> {
    shared: Backlog<T>,
    idle: Idle,
    workers: Box<[Worker<T>]>,
}

/// A worker, as the others see it. Aligned so that no two share a cache line.
#[repr(align(128))]
struct Worker<T> {
    /// What waits in its own queue; from the worker's start on.
    ring: OnceLock<Stealer<T>>,
    /// What came when the ring was full, and all that came after it until it is empty again.
    overflow: Backlog<T>,
    /// How many tasks it has begun to poll. Only ever compared with what it was before.
    polled: AtomicU32,
}

/// What a worker, or the loop of a test, finds in the shared queue.
pub(crate) enum Next<T> {
    /// A task to poll.
    Run(T),
    /// Nothing: the worker is parked, and its waker will be woken.
    Parked,
    /// Nothing ever again.
    Closed,
}

impl<T> Queue<T> {
    /// A queue for `workers` workers.
    pub(crate) fn new(workers: usize) -> Self {
        let worker = || Worker {
            ring: OnceLock::new(),
            overflow: Backlog::new(),
            polled: AtomicU32::new(0),
        };
        Queue {
            shared: Backlog::new(),
            idle: Idle::new(workers),
            workers: std::iter::repeat_with(worker).take(workers).collect(),
        }
    }

    /// Puts a task at the end of the shared queue; gives it back if the queue is closed.
    pub(crate) fn push(&self, task: T) -> Result<(), T> {
        self.shared.push(task)?;
        self.idle.call();
        Ok(())
    }

    /// Wakes a parked worker: there is something else to see to.
    pub(crate) fn rouse(&self) {
        self.idle.call();
    }

    /// Takes the next task of the shared queue, or parks the worker. For a loop that has no queue of its own.
    pub(crate) fn next(&self, worker: usize, waker: &Waker) -> Next<T> {
        drop(self.idle.arise(worker));
        if let Some(task) = self.shared.pop() {
            return Next::Run(task);
        }
        self.idle.park(worker, waker, false);
        match self.shared.pop() {
            Some(task) => {
                drop(self.idle.arise(worker));
                Next::Run(task)
            }
            None if self.shared.is_closed() => Next::Closed,
            None => Next::Parked,
        }
    }

    /// How many tasks are ready in the shared queue.
    pub(crate) fn ready(&self) -> usize {
        self.shared.len()
    }

    /// Takes the task at that place of the shared queue, for a loop that chooses; the first one moves there.
    pub(crate) fn take(&self, worker: usize, place: usize) -> Option<T> {
        drop(self.idle.arise(worker));
        self.shared.take(place)
    }

    /// Closes the queues, wakes every worker and hands out what was left.
    #[must_use = "a task that is dropped gives no output: end it by `task::expel`"]
    pub(crate) fn close(&self) -> Vec<T> {
        let mut left = self.shared.close();
        self.idle.close().into_iter().for_each(Waker::wake);
        for worker in &self.workers {
            if let Some(ring) = worker.ring.get() {
                drain(ring, &mut left);
            }
            left.extend(worker.overflow.close());
        }
        left
    }
}

/// Takes all that waits in a ring, whose owner may be at it as well.
fn drain<T>(ring: &Stealer<T>, left: &mut Vec<T>) {
    let taken = Ring::new(own::RING);
    loop {
        match ring.steal(&taken, |waiting| waiting) {
            Ok(_) => left.extend(std::iter::from_fn(|| taken.pop())),
            Err(StealError::Busy) => std::hint::spin_loop(), // somebody else is taking a half
            Err(StealError::Empty) => return,
        }
    }
}

impl<T> Worker<T> {
    /// Moves half of what waits here to the end of `ring`, which is empty; how much. A task that waits alone only if
    /// it is said so, and nothing if somebody else takes a half just now.
    fn give_half(&self, ring: &Ring<T>, alone: bool) -> usize {
        // First of what its owner comes to last.
        let waiting = self.overflow.len();
        if waiting > 0 {
            return self.overflow.give(waiting.div_ceil(2), ring);
        }
        let Some(stealer) = self.ring.get() else { return 0 };
        let half = |waiting: usize| if waiting > 1 || alone { waiting.div_ceil(2) } else { 0 };
        stealer.steal(ring, half).unwrap_or(0)
    }

    fn polled(&self) -> u32 {
        self.polled.load(Ordering::Relaxed)
    }
}
