//! The state of a group: its phase, what went wrong so far, and the end.
//!
//! What is known of each child is in `slots`, who waits for a place in `queue`.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use slab::Slab;

use super::queue::{Newcomer, Queue, Queued};
use super::slots::{Slot, Value};
use crate::current::Host;
use crate::error::BoxError;
use crate::info::Identity;
use crate::report::Report;
use crate::scope::Payload;
use crate::sync::wake_all;
use crate::task::{CancelReason, Core, Task};
use crate::waits::with_own;

/// What the owner, the clones of the handle, the children and their handles share.
pub(super) struct Shared {
    /// Where children are spawned: known from the group's beginning on.
    core: OnceLock<Arc<Core>>,
    state: Mutex<State>,
}

impl Shared {
    pub(super) fn new() -> Self {
        let state = State {
            phase: Phase::New,
            limit: None,
            supervisor: false,
            body_ended: false,
            children: Slab::new(),
            alive: 0,
            holding: 0,
            places: 0,
            queue: Queue::default(),
            ended: Vec::new(),
            errors: Vec::new(),
            panic: None,
            reason: None,
            owner: None,
        };
        Shared { core: OnceLock::new(), state: Mutex::new(state) }
    }

    /// The group begins. `false`: it has begun before.
    pub(super) fn begin(&self, core: &Arc<Core>) -> bool {
        self.core.set(Arc::clone(core)).is_ok()
    }

    /// Where children are spawned.
    pub(super) fn core(&self) -> &Arc<Core> {
        match self.core.get() {
            Some(core) => core,
            None => unreachable!("a group that has a child has begun"),
        }
    }

    /// For what entails nothing.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and does what the change entails once the lock is released.
    pub(super) fn change<R>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut State, &mut After) -> R,
    ) -> R {
        let mut after = After::default();
        let mut state = self.lock();
        let result = change(&mut state, &mut after);
        drop(state);
        after.run(self);
        result
    }
}

pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) limit: Option<NonZeroUsize>,
    pub(super) supervisor: bool,
    pub(super) body_ended: bool,
    /// The children that are alive or queued, and those that have ended and whose handle is alive.
    pub(super) children: Slab<Slot>,
    /// How many children are alive.
    pub(super) alive: usize,
    /// How many children hold the group open: those alive or queued, but for background ones.
    pub(super) holding: usize,
    /// How many places are taken: by children, and by those to whom one was granted.
    pub(super) places: usize,
    pub(super) queue: Queue,
    /// Tasks that have left and are about to end.
    pub(super) ended: Vec<Task<()>>,
    pub(super) errors: Vec<BoxError>,
    pub(super) panic: Option<Payload>,
    /// Of `cancel`; there may be one before the group has begun.
    pub(super) reason: Option<CancelReason>,
    owner: Option<Waker>,
}

pub(super) enum Phase {
    New,
    Open,
    /// Ending, for this reason.
    Closing(CancelReason),
    Ended,
}

/// What a change entails, done without the lock.
#[derive(Default)]
pub(super) struct After {
    pub(super) wakers: Vec<Waker>,
    /// Queued children whose turn has come, and their slots.
    pub(super) start: Vec<(usize, Newcomer)>,
    report: Option<Report>,
    // The rest is only dropped.
    pub(super) refused: Vec<Queued>,
    pub(super) replaced: Option<Waker>,
    pub(super) ended: Vec<Task<()>>,
    pub(super) value: Option<Value>,
}

impl After {
    fn run(self, shared: &Arc<Shared>) {
        wake_all(self.wakers);
        for (key, newcomer) in self.start {
            (newcomer.start)(shared, key, newcomer.identity);
        }
        if let Some(report) = self.report {
            shared.core().report(&report);
        }
    }
}

impl State {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    /// Keeps a panic to be resumed; one that is not the first is reported.
    pub(super) fn fail(
        &mut self,
        payload: Payload,
        identity: Option<&Identity>,
        after: &mut After,
    ) {
        match (&self.panic, identity) {
            (None, _) => self.panic = Some(payload),
            (Some(_), Some(identity)) => {
                after.report = Some(Report::panic(identity.clone(), &*payload));
            }
            // The panic hook has told of it.
            (Some(_), None) => {}
        }
    }

    /// Lets nobody in any more, and cancels the body and all children.
    pub(super) fn close(&mut self, reason: CancelReason, after: &mut After) {
        if !self.is_open() {
            return;
        }
        self.close_queue(&reason, after);
        for (_, slot) in &self.children {
            after.wakers.extend(slot.request(&reason).1);
        }
        after.wakers.extend(self.owner.take());
        self.phase = Phase::Closing(reason);
    }

    /// Wakes the owner if nothing holds the group open.
    pub(super) fn wake_owner_at_end(&mut self, after: &mut After) {
        if self.body_ended && self.holding == 0 {
            after.wakers.extend(self.owner.take());
        }
    }

    /// Whether there is nothing left to wait for or to tell.
    pub(super) fn is_quiet(&self) -> bool {
        self.alive == 0
            && self.holding == 0
            && self.ended.is_empty()
            && self.errors.is_empty()
            && self.panic.is_none()
    }

    /// Whether the group is closing; if not, `cx` is woken when it is.
    pub(super) fn poll_closing(&mut self, cx: &mut Context<'_>, after: &mut After) -> bool {
        if self.is_open() {
            self.wake_owner(cx, after);
        }
        !self.is_open()
    }

    /// Ready when the last child has left.
    pub(super) fn poll_empty(&mut self, cx: &mut Context<'_>, after: &mut After) -> Poll<()> {
        if self.holding == 0 {
            self.close(CancelReason::runtime("its group has ended"), after);
        }
        if self.alive == 0 && self.holding == 0 {
            self.phase = Phase::Ended;
            return Poll::Ready(());
        }
        self.wake_owner(cx, after);
        Poll::Pending
    }

    fn wake_owner(&mut self, cx: &mut Context<'_>, after: &mut After) {
        with_own(cx, |cx| self.wake_owner_by(cx, after));
    }

    fn wake_owner_by(&mut self, cx: &Context<'_>, after: &mut After) {
        if !self.owner.as_ref().is_some_and(|owner| owner.will_wake(cx.waker())) {
            after.replaced = self.owner.replace(cx.waker().clone());
        }
    }
}
