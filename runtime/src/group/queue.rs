//! Who waits for a place: children that are to be spawned, and code that waits to spawn one.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::output::ChildOutput;
use super::seat;
use super::slots::{Outcome, Slot, Stage};
use super::state::{After, Shared, State};
use crate::info::Identity;
use crate::local::Locals;
use crate::task::CancelReason;

/// Not empty only while all places are taken.
#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Queued>,
    next_ticket: u64,
    /// The tickets whose place is kept for them.
    granted: Vec<u64>,
}

pub(super) struct Queued {
    /// Grows along the queue.
    ticket: u64,
    who: Waiting,
}

enum Waiting {
    /// The child of this slot.
    Child(usize, Newcomer),
    Place(Waker),
}

/// A child that waits to be spawned.
pub(super) struct Newcomer {
    pub(super) identity: Identity,
    pub(super) start: Box<Start>,
}

/// Spawns a child that has its place now.
type Start = dyn FnOnce(&Arc<Shared>, usize, Identity) + Send;

impl Newcomer {
    pub(super) fn new<F>(identity: Identity, future: F) -> Self
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        // The task locals are those of whoever asked for the child, not of whoever makes room for it.
        let locals = Locals::inherited();
        let start = move |shared: &Arc<Shared>, key, identity| {
            locals.run(|| seat::spawn(shared, key, identity, future, None));
        };
        Newcomer { identity, start: Box::new(start) }
    }
}

impl Queue {
    fn push(&mut self, who: Waiting) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.push_back(Queued { ticket, who });
        ticket
    }

    fn position(&self, ticket: u64) -> Option<usize> {
        self.waiting.binary_search_by_key(&ticket, |queued| queued.ticket).ok()
    }

    /// Takes somebody out who has not had his turn.
    pub(super) fn remove(&mut self, ticket: u64) -> Option<Queued> {
        self.position(ticket).and_then(|index| self.waiting.remove(index))
    }

    /// Takes the grant of this ticket. `false`: there is none.
    fn take_grant(&mut self, ticket: u64) -> bool {
        let found = self.granted.iter().position(|&granted| granted == ticket);
        found.map(|index| self.granted.swap_remove(index)).is_some()
    }
}

impl State {
    fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.places >= limit.get())
    }

    /// Takes a place for a new child. `false`: there is none.
    pub(super) fn take_place(&mut self) -> bool {
        let free = !self.is_full();
        self.places += usize::from(free);
        free
    }

    /// Lets a child wait for a place, and gives its slot.
    pub(super) fn enqueue(&mut self, newcomer: Newcomer) -> usize {
        self.holding += 1;
        let entry = self.children.vacant_entry();
        let key = entry.key();
        let ticket = self.queue.push(Waiting::Child(key, newcomer));
        entry.insert(Slot::new(Stage::Queued { ticket }));
        key
    }

    /// Frees a place, for whoever waits longest.
    pub(super) fn release_place(&mut self, after: &mut After) {
        self.places -= 1;
        while self.is_open()
            && !self.is_full()
            && let Some(next) = self.queue.waiting.pop_front()
        {
            self.places += 1;
            match next.who {
                Waiting::Child(key, newcomer) => {
                    self.begin_child(key);
                    after.start.push((key, newcomer));
                }
                Waiting::Place(waker) => {
                    self.queue.granted.push(next.ticket);
                    after.wakers.push(waker);
                }
            }
        }
    }

    /// Waits for a place. `Ready(false)`: the group is not open.
    pub(super) fn poll_place(
        &mut self,
        ticket: &mut Option<u64>,
        cx: &mut Context<'_>,
        after: &mut After,
    ) -> Poll<bool> {
        if !self.is_open() {
            return Poll::Ready(false);
        }
        let Some(number) = *ticket else {
            if self.take_place() {
                return Poll::Ready(true);
            }
            *ticket = Some(self.queue.push(Waiting::Place(cx.waker().clone())));
            return Poll::Pending;
        };
        if self.queue.take_grant(number) {
            *ticket = None;
            return Poll::Ready(true);
        }
        if let Some(index) = self.queue.position(number)
            && let Waiting::Place(waker) = &mut self.queue.waiting[index].who
        {
            after.replaced = Some(std::mem::replace(waker, cx.waker().clone()));
        }
        Poll::Pending
    }

    /// Stops waiting for a place: one that was granted meanwhile goes to the next.
    pub(super) fn forgo_place(&mut self, ticket: u64, after: &mut After) {
        if self.queue.take_grant(ticket) {
            self.release_place(after);
        } else {
            after.refused.extend(self.queue.remove(ticket));
        }
    }

    /// Sends everybody away: the children are cancelled before they begin.
    pub(super) fn close_queue(&mut self, reason: &CancelReason, after: &mut After) {
        for queued in std::mem::take(&mut self.queue.waiting) {
            match &queued.who {
                Waiting::Child(key, _) => {
                    self.holding -= 1;
                    self.conclude(*key, Outcome::Cancelled(Some(reason.clone())), after);
                }
                Waiting::Place(waker) => after.wakers.push(waker.clone()),
            }
            after.refused.push(queued);
        }
    }
}
