//! Values that everybody sees: what `watch` and `broadcast` have in common.
//!
//! The values are numbered, and the newest are kept. A reader keeps the number of the first value that it has not
//! seen, and nothing of its own lies here: so a reader that is cancelled, or never comes again, holds up nobody.

use std::collections::VecDeque;
use std::sync::Arc;

use super::after::After;
use super::line::{Line, Rules};
use super::waiters::{Left, Waiters};

pub(super) type LogLine<T> = Line<Log<T>>;

pub(super) struct Log<T> {
    /// The newest values, the oldest of them first.
    values: VecDeque<Arc<T>>,
    /// How many values are kept.
    capacity: usize,
    /// The number of the value that comes next.
    next: u64,
    senders: usize,
    receivers: usize,
    /// Each waits for the value with this number, or a newer one.
    waiters: Waiters<u64, ()>,
}

/// A value with its number.
pub(super) type Entry<T> = (u64, Arc<T>);

impl<T> Log<T> {
    /// One with a sender and a receiver.
    pub(super) fn new(values: VecDeque<Arc<T>>, capacity: usize) -> Self {
        let next = values.len() as u64;
        Log { values, capacity, next, senders: 1, receivers: 1, waiters: Waiters::new() }
    }

    /// Adds a value, and gives the one that it displaces.
    pub(super) fn add(&mut self, value: T, after: &mut After) -> Option<Arc<T>> {
        let displaced = (self.values.len() == self.capacity).then(|| self.values.pop_front());
        self.values.push_back(Arc::new(value));
        self.next += 1;
        self.wake_all(after);
        displaced.flatten()
    }

    pub(super) fn next(&self) -> u64 {
        self.next
    }

    pub(super) fn newest(&self) -> Option<&Arc<T>> {
        self.values.back()
    }

    /// The value with this number, or the oldest that is still there; `Some(None)`: none will come any more.
    pub(super) fn read(&self, number: u64) -> Option<Option<Entry<T>>> {
        let oldest = self.next - self.values.len() as u64;
        let number = number.max(oldest);
        // It is not more than the length of the list.
        match usize::try_from(number - oldest).ok().and_then(|at| self.values.get(at)) {
            Some(value) => Some(Some((number, Arc::clone(value)))),
            None => (self.senders == 0).then_some(None),
        }
    }

    pub(super) fn senders(&self) -> usize {
        self.senders
    }

    pub(super) fn receivers(&self) -> usize {
        self.receivers
    }

    /// How many wait for a value.
    pub(super) fn waiting(&self) -> usize {
        self.waiters.len()
    }

    pub(super) fn open_sender(&mut self) {
        self.senders += 1;
    }

    pub(super) fn close_sender(&mut self, after: &mut After) {
        self.senders -= 1;
        if self.senders == 0 {
            self.wake_all(after);
        }
    }

    pub(super) fn open_receiver(&mut self) {
        self.receivers += 1;
    }

    pub(super) fn close_receiver(&mut self) {
        self.receivers -= 1;
    }

    fn wake_all(&mut self, after: &mut After) {
        while self.waiters.grant((), after).is_ok() {}
    }
}

impl<T> Rules for Log<T> {
    type Request = u64;
    type Grant = ();
    /// `None`: every sender is gone.
    type Output = Option<Entry<T>>;

    fn waiters(&mut self) -> &mut Waiters<u64, ()> {
        &mut self.waiters
    }

    fn arrive(&mut self, number: u64, _: &mut After) -> Result<Self::Output, u64> {
        self.read(number).ok_or(number)
    }

    fn claim(&mut self, number: u64, (): (), _: &mut After) -> Self::Output {
        self.read(number).flatten()
    }

    // There is nothing to pass on: everybody was woken.
    fn left(&mut self, _: &Left<u64, ()>, _: &mut After) {}
}
