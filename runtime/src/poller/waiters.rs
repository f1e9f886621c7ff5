//! The wakers of those who wait for one direction of a socket.

use std::task::Waker;

/// Any number of tasks may wait; all are woken when something happens, and look again. One that has given up is woken
/// once in vain: a poll leaves nothing but its waker.
#[derive(Default)]
pub(super) struct Waiters {
    /// Most often there is one: it needs no memory of its own.
    first: Option<Waker>,
    more: Vec<Waker>,
}

impl Waiters {
    /// Registers a task, if it is not.
    pub(super) fn add(&mut self, waker: &Waker) {
        match &self.first {
            None => self.first = Some(waker.clone()),
            Some(first) if first.will_wake(waker) => {}
            Some(_) if self.more.iter().any(|known| known.will_wake(waker)) => {}
            Some(_) => self.more.push(waker.clone()),
        }
    }

    /// Moves all to `woken`, for the caller to wake without a lock.
    pub(super) fn take(&mut self, woken: &mut Vec<Waker>) {
        woken.extend(self.first.take());
        woken.append(&mut self.more);
    }
}
