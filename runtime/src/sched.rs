//! The run queue: which task is polled next, and by whom.
//!
//! # The protocol
//!
//! One locked queue that all workers share, first in, first out.
//!
//! 1. A task that is woken is pushed at the back; if a worker is parked, one is taken off the list of
//!    the parked and woken. It is woken after the lock is released.
//! 2. A worker that finds the queue empty puts its waker on that list under the same lock, so a
//!    push that comes later finds it there: no wake-up is lost.
//! 3. A closed queue takes nothing in: what is pushed is given back. What it held is handed to whoever
//!    closes it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use async_task::Runnable;

/// The run queue of one runtime; `M` is the control block of its tasks.
pub(crate) struct Queue<M> {
    state: Mutex<State<M>>,
}

struct State<M> {
    ready: VecDeque<Runnable<M>>,
    /// The wakers of the workers that found nothing to do, by the worker's number.
    parked: Vec<Option<Waker>>,
    closed: bool,
}

/// What a worker finds.
pub(crate) enum Next<M> {
    /// A task to poll.
    Run(Runnable<M>),
    /// Nothing: the worker is parked, and its waker will be woken.
    Parked,
    /// Nothing ever again.
    Closed,
}

impl<M> Queue<M> {
    /// A queue for `workers` workers.
    pub(crate) fn new(workers: usize) -> Self {
        let parked = std::iter::repeat_with(|| None).take(workers).collect();
        Queue { state: Mutex::new(State { ready: VecDeque::new(), parked, closed: false }) }
    }

    fn state(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a task at the end of the queue; gives it back if the queue is closed.
    pub(crate) fn push(&self, runnable: Runnable<M>) -> Result<(), Runnable<M>> {
        let woken = {
            let mut state = self.state();
            if state.closed {
                return Err(runnable);
            }
            state.ready.push_back(runnable);
            // The first worker last: its thread polls main and local tasks as well, and may be doing so, for as
            // long as they please, while the worker is parked.
            state.parked.iter_mut().rev().find_map(Option::take)
        };
        if let Some(waker) = woken {
            waker.wake();
        }
        Ok(())
    }

    /// Takes the next task, or parks the worker.
    pub(crate) fn next(&self, worker: usize, waker: &Waker) -> Next<M> {
        let mut state = self.state();
        if let Some(runnable) = state.ready.pop_front() {
            state.parked[worker] = None;
            return Next::Run(runnable);
        }
        if state.closed {
            return Next::Closed;
        }
        match &mut state.parked[worker] {
            Some(parked) => parked.clone_from(waker),
            parked => *parked = Some(waker.clone()),
        }
        Next::Parked
    }

    /// Wakes a parked worker, as a push does: there is something else to see to.
    pub(crate) fn rouse(&self) {
        let woken = self.state().parked.iter_mut().rev().find_map(Option::take);
        if let Some(waker) = woken {
            waker.wake();
        }
    }

    /// Whether a worker is not parked.
    pub(crate) fn is_busy(&self) -> bool {
        self.state().parked.iter().any(Option::is_none)
    }

    /// How many tasks are ready.
    pub(crate) fn ready(&self) -> usize {
        self.state().ready.len()
    }

    /// Takes the ready task at that place for a worker that chooses; the first one moves there.
    pub(crate) fn take(&self, worker: usize, place: usize) -> Option<Runnable<M>> {
        let mut state = self.state();
        state.parked[worker] = None;
        state.ready.swap_remove_front(place)
    }

    /// Closes the queue, wakes every worker and hands out what was left.
    #[must_use = "a task that is dropped gives no output: end it by `task::expel`"]
    pub(crate) fn close(&self) -> VecDeque<Runnable<M>> {
        let (left, parked) = {
            let mut state = self.state();
            state.closed = true;
            let parked: Vec<_> = state.parked.iter_mut().filter_map(Option::take).collect();
            (std::mem::take(&mut state.ready), parked)
        };
        parked.into_iter().for_each(Waker::wake);
        left
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn woken() -> (Arc<Woken>, Waker) {
        let woken = Arc::new(Woken(AtomicUsize::new(0)));
        (Arc::clone(&woken), woken.into())
    }

    /// A runnable that does nothing; its handle is detached.
    fn runnable(number: u32) -> Runnable<u32> {
        let builder = async_task::Builder::new().metadata(number);
        let (runnable, task) = builder.spawn(|_| async {}, |_| {});
        task.detach();
        runnable
    }

    #[test]
    fn gives_tasks_in_the_order_of_their_pushes() {
        let queue = Queue::new(1);
        (1..=3).for_each(|n| queue.push(runnable(n)).unwrap());
        for n in 1..=3 {
            let Next::Run(next) = queue.next(0, Waker::noop()) else { panic!("task {n} is gone") };
            assert_eq!(*next.metadata(), n);
        }
        assert!(matches!(queue.next(0, Waker::noop()), Next::Parked));
    }

    #[test]
    fn a_push_wakes_one_parked_worker_once() {
        let queue = Queue::new(2);
        let (woken, waker) = woken();
        assert!(matches!(queue.next(0, &waker), Next::Parked));
        assert!(matches!(queue.next(1, &waker), Next::Parked));
        queue.push(runnable(1)).unwrap();
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
        queue.push(runnable(2)).unwrap();
        assert_eq!(woken.0.load(Ordering::SeqCst), 2);
        queue.push(runnable(3)).unwrap();
        assert_eq!(woken.0.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_push_wakes_the_first_worker_last() {
        let queue = Queue::new(2);
        let (first, first_waker) = woken();
        let (second, second_waker) = woken();
        assert!(matches!(queue.next(0, &first_waker), Next::Parked));
        assert!(matches!(queue.next(1, &second_waker), Next::Parked));
        queue.push(runnable(1)).unwrap();
        assert_eq!((first.0.load(Ordering::SeqCst), second.0.load(Ordering::SeqCst)), (0, 1));
    }

    #[test]
    fn a_worker_that_takes_a_task_is_parked_no_longer() {
        let queue = Queue::new(1);
        let (woken, waker) = woken();
        assert!(matches!(queue.next(0, &waker), Next::Parked));
        queue.push(runnable(1)).unwrap();
        assert!(matches!(queue.next(0, &waker), Next::Run(_)));
        queue.push(runnable(2)).unwrap();
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_worker_that_chooses_takes_any_task_once() {
        let queue = Queue::new(1);
        assert!(queue.take(0, 0).is_none());
        (1..=4).for_each(|n| queue.push(runnable(n)).unwrap());
        let mut taken = Vec::new();
        for place in [2, 0, 1, 0] {
            taken.push(*queue.take(0, place).unwrap().metadata());
            assert_eq!(queue.ready(), 4 - taken.len());
        }
        taken.sort_unstable();
        assert_eq!(taken, [1, 2, 3, 4]);
    }

    #[test]
    fn a_closed_queue_takes_nothing_in_and_wakes_all() {
        let queue = Queue::new(2);
        let (woken, waker) = woken();
        queue.push(runnable(1)).unwrap();
        assert!(matches!(queue.next(1, &waker), Next::Run(_)));
        assert!(matches!(queue.next(0, &waker), Next::Parked));
        assert!(matches!(queue.next(1, &waker), Next::Parked));
        assert!(queue.close().is_empty());
        assert_eq!(woken.0.load(Ordering::SeqCst), 2);

        let late = queue.push(runnable(7)).unwrap_err();
        assert_eq!(*late.metadata(), 7);
        assert!(matches!(queue.next(0, &waker), Next::Closed));
    }
}
