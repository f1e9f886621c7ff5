//! The control block: what a task, its handle and the list of live tasks share.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::core::{self, Core};
use super::life::{Life, Owner, Requested};
use super::share::Share;
use super::state::State;
use super::waker;
use crate::current::Host;
use crate::info::{CancelReason, Identity, TaskInfo, TaskKind};
use crate::registry::Links;
use crate::waits::{Waits, with_own};

pub(crate) struct Control {
    pub(crate) identity: Identity,
    pub(crate) core: Share,
    /// Its place in the list of live tasks.
    pub(super) links: Links<Control>,
    /// What it waits for.
    pub(crate) waits: Waits,
    pub(super) life: Life,
}

impl Control {
    /// One that lies by itself.
    pub(crate) fn new(core: Arc<Core>, identity: Identity) -> Self {
        Control::with(State::new(), core, identity)
    }

    pub(super) fn with(state: State, core: Arc<Core>, mut identity: Identity) -> Self {
        identity.part = core::part();
        // Where the clock is virtual the runtime wants to know when nothing can wake a task.
        let waits = Waits::new(&identity, Arc::as_ptr(&core).addr(), core.clock().is_some());
        Control { identity, core: core.into(), links: Links::new(), waits, life: Life::new(state) }
    }

    /// Whether the runtime leaves the task alone when it cancels the others: cleanups and blocking
    /// calls end by themselves.
    pub(crate) fn is_shielded(&self) -> bool {
        matches!(self.identity.kind, TaskKind::Cleanup | TaskKind::Thread)
    }

    /// Asks the task to end. `false`: it has ended already.
    pub(crate) fn cancel(&self, reason: CancelReason) -> bool {
        let (asked, waker) = self.request(reason);
        if let Some(waker) = waker {
            waker.wake();
        }
        asked
    }

    /// As `cancel`, but leaves the waking to the caller, who holds a lock.
    pub(crate) fn request(&self, reason: CancelReason) -> (bool, Option<Waker>) {
        match self.life.request(reason) {
            Requested::Late => (false, None),
            Requested::Before => (true, None),
            Requested::Now(waker) => (true, waker.or_else(|| waker::in_cell(self))),
        }
    }

    /// Whether the task was asked to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.life.is_cancelled()
    }

    pub(crate) fn reason(&self) -> Option<CancelReason> {
        self.life.reason()
    }

    /// The task, which has this block by itself, has been polled for the first time, and waits; or the thread of a blocking call waits for an answer.
    /// It looks afterwards whether it was cancelled, or its runtime is closed: before, nobody could wake it.
    pub(crate) fn begin(&self, waker: Waker) {
        self.life.begin(waker);
    }

    pub(super) fn has_begun(&self) -> bool {
        self.life.has_begun()
    }

    /// The task has ended, or its future is dropped: nothing can be asked of it any more. Says who
    /// will look at the result.
    pub(super) fn end(&self) -> Owner {
        let (owner, watcher) = self.life.end();
        if let Some(watcher) = watcher {
            watcher.wake();
        }
        owner
    }

    pub(super) fn has_ended(&self) -> bool {
        self.life.has_ended()
    }

    /// Ready when the task has ended. One watcher at a time.
    pub(crate) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        let watcher = with_own(cx, |cx| cx.waker().clone());
        if self.life.watch(watcher) { Poll::Pending } else { Poll::Ready(()) }
    }

    /// The handle goes. `false`: the task has ended, so that its result waits to be read.
    pub(super) fn disown(&self, owner: Owner) -> bool {
        self.life.disown(owner)
    }

    /// The task's waker; `None`, if it has not left one (see `begin`), or has ended.
    pub(crate) fn waker(&self) -> Option<Waker> {
        self.life.waker().or_else(|| waker::in_cell(self))
    }

    pub(crate) fn info(&self) -> TaskInfo {
        let (state, reason) = self.life.tell();
        let now = self.core.clock().map_or_else(Instant::now, |clock| clock.now());
        TaskInfo::new(self.identity.clone(), state, reason, self.waits.tell(now))
    }
}
