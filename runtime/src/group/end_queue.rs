//! Which tasks of a set have ended, and who waits for the next.
//!
//! Each task of a set is watched by a waker of its own, which knows the task's key: woken, it puts the key into the
//! queue and wakes everybody who waits. So the tasks that go on cost nothing when one ends.
//!
//! 1. A waiter looks at the queue and puts its waker there under one lock: no end is lost.
//! 2. All waiters are woken, since one that was woken may be dropped before it looks. There is rarely more than one.
//! 3. A key in the queue is a hint: a waker may be woken late, when its task is gone and another has its key.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use slab::Slab;

use crate::sync::wake_all;
use crate::waits::with_own;

#[derive(Default)]
pub(super) struct EndQueue(Mutex<State>);

#[derive(Default)]
struct State {
    keys: VecDeque<usize>,
    /// `None`: it was woken, and has not looked yet.
    waiters: Slab<Option<Waker>>,
}

impl State {
    fn take_wakers(&mut self) -> Vec<Waker> {
        self.waiters.iter_mut().filter_map(|(_, waker)| waker.take()).collect()
    }
}

impl EndQueue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that the task of this key has ended.
    pub(super) fn push(&self, key: usize) {
        let wakers = {
            let mut state = self.state();
            state.keys.push_back(key);
            state.take_wakers()
        };
        wake_all(wakers);
    }

    /// Lets everybody who waits look again.
    pub(super) fn wake_all(&self) {
        let wakers = self.state().take_wakers();
        wake_all(wakers);
    }

    /// Takes the key of the task that ended first; `None`: `cx` is woken when there is one. `waiter` is
    /// where the one who asks stands, until [`leave`](Self::leave).
    pub(super) fn poll_pop(
        &self,
        waiter: &mut Option<usize>,
        cx: &mut Context<'_>,
    ) -> Option<usize> {
        let waker = with_own(cx, |cx| cx.waker().clone());
        let mut state = self.state();
        if let Some(key) = state.keys.pop_front() {
            return Some(key);
        }
        let place = *waiter.get_or_insert_with(|| state.waiters.insert(None));
        let before = state.waiters[place].replace(waker);
        drop(state);
        drop(before);
        None
    }

    /// Nobody waits there any more.
    pub(super) fn leave(&self, waiter: usize) {
        let waker = self.state().waiters.remove(waiter);
        drop(waker);
    }

    /// Returns the waker that watches the task of this key.
    pub(super) fn waker(self: &Arc<Self>, key: usize) -> Waker {
        Waker::from(Arc::new(Watcher { queue: Arc::clone(self), key }))
    }
}

struct Watcher {
    queue: Arc<EndQueue>,
    key: usize,
}

impl Wake for Watcher {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.queue.push(self.key);
    }
}

/// Waits for the next task: dropped, it leaves its place.
pub(super) struct Waiter<'a> {
    queue: &'a EndQueue,
    pub(super) place: Option<usize>,
}

impl<'a> Waiter<'a> {
    pub(super) fn new(queue: &'a EndQueue) -> Self {
        Waiter { queue, place: None }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.queue.leave(place);
        }
    }
}
