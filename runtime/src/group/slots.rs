//! What a group knows of each child: from its coming until it has ended and nobody holds its handle.

use std::any::Any;
use std::task::{Context, Poll, Waker};

use super::state::{After, Phase, State};
use crate::error::BoxError;
use crate::info::Identity;
use crate::scope::Payload;
use crate::task::{CancelReason, Task};
use crate::waits::{About, with_own};

/// What a child gives for its handle: a `ChildOutput::Value`. A `()` in a box is no allocation.
pub(super) type Value = Box<dyn Any + Send>;

pub(super) struct Slot {
    background: bool,
    /// Whether the child's handle is alive.
    held: bool,
    /// Who awaits the handle.
    watcher: Option<Waker>,
    stage: Stage,
}

pub(super) enum Stage {
    /// It waits for a place.
    Queued {
        ticket: u64,
    },
    /// It is being spawned; it may be cancelled already.
    Coming(Option<CancelReason>),
    Here(Task<()>),
    /// Everything has ended but the child's handle.
    Ended(Outcome),
}

/// How a child ended, as the child says it.
pub(super) enum End {
    /// `None`: nobody wants the value.
    Done(Option<Value>),
    Cancelled,
    Failed(BoxError),
    Panicked(Payload),
}

/// How a child ended, as its handle says it.
pub(super) enum Outcome {
    Done(Option<Value>),
    Cancelled(Option<CancelReason>),
    /// The group has the error.
    Failed,
    /// The group has the panic.
    Panicked,
    /// The handle has given it out.
    Taken,
}

impl Slot {
    pub(super) fn new(stage: Stage) -> Self {
        Slot { background: false, held: true, watcher: None, stage }
    }

    /// As `Control::request`, of a child that is alive.
    pub(super) fn request(&self, reason: &CancelReason) -> (bool, Option<Waker>) {
        match &self.stage {
            Stage::Here(task) => task.control().request(reason.clone()),
            _ => (false, None),
        }
    }
}

impl State {
    /// What is told of somebody who waits for the end of all children.
    pub(super) fn about(&self) -> About {
        About::tasks(self.children.iter().filter_map(|(_, slot)| match &slot.stage {
            Stage::Here(task) => Some(&task.control().identity),
            _ => None,
        }))
    }

    /// Gives a child that has its place a slot.
    pub(super) fn seat(&mut self) -> usize {
        self.holding += 1;
        self.alive += 1;
        self.children.insert(Slot::new(Stage::Coming(None)))
    }

    /// Gives a child a slot that takes no place and does not hold the group open.
    pub(super) fn seat_in_background(&mut self) -> usize {
        self.alive += 1;
        self.children.insert(Slot { background: true, ..Slot::new(Stage::Coming(None)) })
    }

    /// A queued child has its place.
    pub(super) fn begin_child(&mut self, key: usize) {
        self.alive += 1;
        self.children[key].stage = Stage::Coming(None);
    }

    /// The handle of a child's task, which has not begun.
    pub(super) fn settle(&mut self, key: usize, task: Task<()>) {
        let slot = &mut self.children[key];
        let cancelled = match (&mut slot.stage, &self.phase) {
            (Stage::Coming(reason @ Some(_)), _) => reason.take(),
            (_, Phase::Closing(reason)) => Some(reason.clone()),
            _ => None,
        };
        if let Some(reason) = cancelled {
            // It has no waker yet: it looks when it begins.
            task.control().request(reason);
        }
        slot.stage = Stage::Here(task);
    }

    /// A child's body and its cleanups have ended.
    pub(super) fn leave(&mut self, key: usize, identity: &Identity, end: End, after: &mut After) {
        let (outcome, failed) = match end {
            End::Done(value) => (Outcome::Done(value), None),
            End::Cancelled => (Outcome::Cancelled(None), None),
            End::Failed(error) => {
                self.errors.push(error);
                (Outcome::Failed, Some("a task of its group failed"))
            }
            End::Panicked(payload) => {
                self.fail(payload, Some(identity), after);
                (Outcome::Panicked, Some("a task of its group panicked"))
            }
        };
        if let Some(reason) = failed.filter(|_| !self.supervisor) {
            self.close(CancelReason::caused(reason, Some(identity)), after);
        }
        self.remove(key, outcome, after);
    }

    fn remove(&mut self, key: usize, mut outcome: Outcome, after: &mut After) {
        let slot = &mut self.children[key];
        let background = slot.background;
        // Those before it have ended by now, but for the few that are just ending on other workers.
        after.ended.extend(self.ended.extract_if(.., |task| task.is_finished()));
        // It has begun, so its handle has come.
        if let Stage::Here(task) = std::mem::replace(&mut slot.stage, Stage::Coming(None)) {
            if let Outcome::Cancelled(reason) = &mut outcome
                && slot.held
            {
                *reason = task.control().reason();
            }
            self.ended.push(task);
        }
        self.alive -= 1;
        self.conclude(key, outcome, after);
        if !background {
            self.holding -= 1;
            self.release_place(after);
        }
        self.wake_owner_at_end(after);
    }

    /// Nothing is left of a child but what its handle says.
    pub(super) fn conclude(&mut self, key: usize, outcome: Outcome, after: &mut After) {
        let slot = &mut self.children[key];
        if slot.held {
            slot.stage = Stage::Ended(outcome);
            after.wakers.extend(slot.watcher.take());
            return;
        }
        self.children.remove(key);
        if let Outcome::Done(Some(value)) = outcome {
            after.value = Some(value);
        }
    }

    /// Asks one child to end. `false`: it has ended.
    pub(super) fn cancel_child(
        &mut self,
        key: usize,
        reason: CancelReason,
        after: &mut After,
    ) -> bool {
        let slot = &mut self.children[key];
        match &mut slot.stage {
            Stage::Queued { ticket } => {
                after.refused.extend(self.queue.remove(*ticket));
                self.conclude(key, Outcome::Cancelled(Some(reason)), after);
                self.holding -= 1;
                self.wake_owner_at_end(after);
                true
            }
            Stage::Coming(first) => {
                first.get_or_insert(reason);
                true
            }
            Stage::Here(_) => {
                let (asked, waker) = slot.request(&reason);
                after.wakers.extend(waker);
                asked
            }
            Stage::Ended(_) => false,
        }
    }

    /// The child's handle is dropped. What it leaves is dropped without the lock.
    pub(super) fn let_go(&mut self, key: usize) -> (Option<Waker>, Option<Slot>) {
        let slot = &mut self.children[key];
        slot.held = false;
        let watcher = slot.watcher.take();
        let ended = matches!(slot.stage, Stage::Ended(_));
        (watcher, ended.then(|| self.children.remove(key)))
    }

    /// Whether the child's handle is alive.
    pub(super) fn is_held(&self, key: usize) -> bool {
        self.children[key].held
    }

    /// Whether the child has ended, its exits included.
    pub(super) fn has_ended(&self, key: usize) -> bool {
        matches!(self.children[key].stage, Stage::Ended(_))
    }

    /// Takes how the child ended, once it has.
    pub(super) fn poll_outcome(
        &mut self,
        key: usize,
        cx: &mut Context<'_>,
        after: &mut After,
    ) -> Poll<Outcome> {
        let slot = &mut self.children[key];
        if let Stage::Ended(outcome) = &mut slot.stage {
            return Poll::Ready(std::mem::replace(outcome, Outcome::Taken));
        }
        after.replaced = slot.watcher.replace(with_own(cx, |cx| cx.waker().clone()));
        Poll::Pending
    }
}
