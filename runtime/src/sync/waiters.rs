//! Who waits, in the order of arrival.
//!
//! A waiter stands in the queue with what it asks for. Its turn is *granted* to it: it leaves the queue,
//! its waker is woken, and what it gets lies ready under its ticket, so that nobody who comes later can
//! be faster. It holds its ticket until it takes the grant or gives up, and what it had asked for lies there
//! as long.
//!
//! The waiters stand in a slab and are linked by index, so that one that gives up leaves the middle of a
//! long queue as fast as its end.

use std::mem;
use std::task::Waker;

use slab::Slab;

use super::after::After;
use crate::waits::{Grantee, Mark};

/// A queue of waiters that ask for an `R` and get a `G`.
pub(crate) struct Waiters<R, G> {
    slots: Slab<Slot<R, G>>,
    front: Option<usize>,
    back: Option<usize>,
    /// How many stand in the queue.
    queued: usize,
}

struct Slot<R, G> {
    request: R,
    stage: Stage<G>,
}

enum Stage<G> {
    Queued(Queued),
    Granted(G),
}

struct Queued {
    waker: Waker,
    grantee: Grantee,
    before: Option<usize>,
    behind: Option<usize>,
}

/// What a waiter holds from its arrival until it has its grant or gives up.
#[must_use = "a waiter whose ticket is lost blocks the queue: give it back with `redeem` or `leave`"]
pub(crate) struct Ticket(usize);

/// What a waiter that gives up had.
pub(crate) enum Left<R, G> {
    /// Its turn had not come.
    Queued(R),
    /// Its turn had come: what it got must go to somebody else.
    Granted(R, G),
}

impl<R, G> Waiters<R, G> {
    pub(crate) const fn new() -> Self {
        Waiters { slots: Slab::new(), front: None, back: None, queued: 0 }
    }

    /// How many wait for their turn.
    pub(crate) fn len(&self) -> usize {
        self.queued
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queued == 0
    }

    /// Lets somebody queue up, behind all others.
    pub(crate) fn push(&mut self, request: R, waker: Waker, mark: &Mark) -> Ticket {
        let queued = Queued { waker, grantee: mark.grantee(), before: self.back, behind: None };
        let index = self.slots.insert(Slot { request, stage: Stage::Queued(queued) });
        match self.back.replace(index) {
            Some(back) => self.queued_at(back).behind = Some(index),
            None => self.front = Some(index),
        }
        self.queued += 1;
        Ticket(index)
    }

    /// Grants the first in the queue its turn; gives the grant back if nobody waits.
    pub(crate) fn grant(&mut self, grant: G, after: &mut After) -> Result<(), G> {
        let Some(front) = self.front else { return Err(grant) };
        let stage = mem::replace(&mut self.slots[front].stage, Stage::Granted(grant));
        let Stage::Queued(queued) = stage else { unreachable!("the queue holds who is queued") };
        self.unlink(queued.before, queued.behind);
        queued.grantee.granted();
        after.wake(queued.waker);
        Ok(())
    }

    /// Takes the grant, and gives what was asked for back with it, if the turn has come; if not, `waker` will
    /// be woken when it does.
    pub(crate) fn redeem(
        &mut self,
        ticket: Ticket,
        waker: &Waker,
        mark: &mut Mark,
        after: &mut After,
    ) -> Result<(R, G), Ticket> {
        if let Stage::Queued(queued) = &mut self.slots[ticket.0].stage {
            mark.follow();
            queued.grantee = mark.grantee();
            if !queued.waker.will_wake(waker) {
                after.drop(mem::replace(&mut queued.waker, waker.clone()));
            }
            return Err(ticket);
        }
        match self.slots.remove(ticket.0) {
            Slot { request, stage: Stage::Granted(grant) } => Ok((request, grant)),
            Slot { stage: Stage::Queued(_), .. } => unreachable!("looked at just now"),
        }
    }

    /// Lets a waiter give up.
    pub(crate) fn leave(&mut self, ticket: Ticket, after: &mut After) -> Left<R, G> {
        let Slot { request, stage } = self.slots.remove(ticket.0);
        match stage {
            Stage::Granted(grant) => Left::Granted(request, grant),
            Stage::Queued(Queued { waker, before, behind, .. }) => {
                self.unlink(before, behind);
                after.drop(waker);
                Left::Queued(request)
            }
        }
    }

    /// Joins the neighbours of one who leaves the queue.
    fn unlink(&mut self, before: Option<usize>, behind: Option<usize>) {
        match before {
            Some(before) => self.queued_at(before).behind = behind,
            None => self.front = behind,
        }
        match behind {
            Some(behind) => self.queued_at(behind).before = before,
            None => self.back = before,
        }
        self.queued -= 1;
    }

    fn queued_at(&mut self, index: usize) -> &mut Queued {
        match &mut self.slots[index].stage {
            Stage::Queued(queued) => queued,
            Stage::Granted(_) => unreachable!("the queue holds who is queued"),
        }
    }
}
