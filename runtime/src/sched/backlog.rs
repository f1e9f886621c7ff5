//! A locked queue of any length.

use std::collections::VecDeque;

use super::Ring;
use crate::sync::Lock;

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicUsize, Ordering};
#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) struct Backlog<T> {
    queue: Lock<State<T>>,
    /// The length, to be looked at without the lock.
    len: AtomicUsize,
}

struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
}

impl<T> Backlog<T> {
    pub(super) fn new() -> Self {
        Backlog {
            queue: Lock::new(State { tasks: VecDeque::new(), closed: false }),
            len: AtomicUsize::new(0),
        }
    }

    fn change<R>(&self, change: impl FnOnce(&mut VecDeque<T>) -> R) -> R {
        self.queue.with(|state| {
            let result = change(&mut state.tasks);
            self.len.store(state.tasks.len(), Ordering::SeqCst);
            result
        })
    }

    /// How many tasks are in it.
    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::SeqCst)
    }

    /// Puts a task at the end; gives it back if the queue is closed.
    pub(super) fn push(&self, task: T) -> Result<(), T> {
        self.queue.with(|state| {
            if state.closed {
                return Err(task);
            }
            state.tasks.push_back(task);
            self.len.store(state.tasks.len(), Ordering::SeqCst);
            Ok(())
        })
    }

    /// Takes the first task.
    pub(super) fn pop(&self) -> Option<T> {
        if self.len() == 0 { None } else { self.change(VecDeque::pop_front) }
    }

    /// Takes the task at that place; the first one moves there.
    pub(super) fn take(&self, place: usize) -> Option<T> {
        self.change(|tasks| tasks.swap_remove_front(place))
    }

    /// Moves up to `most` tasks, the first ones, to the end of a ring, as far as it has room; how many. (A ring drops what it
    /// has no room for.)
    pub(super) fn give(&self, most: usize, ring: &Ring<T>) -> usize {
        self.change(|tasks| {
            // Only its owner, who asks, takes room from it.
            let given = most.min(tasks.len()).min(ring.spare_capacity());
            ring.extend(tasks.drain(..given));
            given
        })
    }

    /// Takes nothing in any more; gives what is in it.
    pub(super) fn close(&self) -> Vec<T> {
        self.queue.with(|state| {
            state.closed = true;
            self.len.store(0, Ordering::SeqCst);
            std::mem::take(&mut state.tasks).into()
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.queue.with(|state| state.closed)
    }
}
