//! The control block: what a task, its handle and the list of live tasks share.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::core::{self, Core};
use crate::current::Host;
use crate::info::{CancelReason, Identity, TaskInfo, TaskKind, TaskState};
use crate::registry::{Links, Listed};
use crate::waits::{Waits, with_own};

pub(crate) struct Control {
    pub(crate) identity: Identity,
    pub(crate) core: Arc<Core>,
    /// Its place in the list of live tasks.
    links: Links<Control>,
    /// What it waits for.
    pub(crate) waits: Waits,
    /// Whether `state.reason` is set: all that a poll has to look at.
    cancelled: AtomicBool,
    state: Mutex<State>,
}

struct State {
    /// The task's waker, which is the same at every poll; from the first poll to the end.
    waker: Option<Waker>,
    /// Why the task was asked to end. Boxed: few tasks are.
    reason: Option<Box<CancelReason>>,
    ended: bool,
    owner: Owner,
    /// Woken at the end: see `poll_ended`.
    watcher: Option<Waker>,
}

/// Who will look at the task's result.
pub(super) enum Owner {
    /// The handle is alive.
    Handle,
    /// Nobody: the handle was dropped.
    Nobody,
    /// Nobody, but an `Err` is to be reported: an `ErrorReporter<T>` of the task's output type.
    Hook(Box<dyn Any + Send>),
}

impl Listed for Control {
    fn links(&self) -> &Links<Control> {
        &self.links
    }
}

impl Control {
    pub(crate) fn new(core: Arc<Core>, identity: Identity) -> Self {
        let state =
            State { waker: None, reason: None, ended: false, owner: Owner::Handle, watcher: None };
        // Where the clock is virtual the runtime wants to know when nothing can wake a task.
        let waits = Waits::new(&identity, Arc::as_ptr(&core).addr(), core.clock().is_some());
        let cancelled = AtomicBool::new(false);
        let links = Links::new(core::part());
        Control { identity, core, links, waits, cancelled, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut state = self.state();
        if state.ended {
            return (false, None);
        }
        if state.reason.is_some() {
            return (true, None);
        }
        state.reason = Some(Box::new(reason));
        // The root stores its waker under this lock before it looks at the flag: either we find the
        // waker here, or the root finds the flag set.
        self.cancelled.store(true, Ordering::Release);
        (true, state.waker.clone())
    }

    /// Whether the task was asked to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    pub(crate) fn reason(&self) -> Option<CancelReason> {
        self.state().reason.as_deref().cloned()
    }

    /// The task is about to be polled for the first time; or the thread of a blocking call waits for an answer.
    pub(crate) fn begin(&self, waker: Waker) {
        self.state().waker = Some(waker);
    }

    /// The task has ended, or its future is dropped: nothing can be asked of it any more. Says who
    /// will look at the result.
    pub(super) fn end(&self) -> Owner {
        let (owner, waker, watcher) = {
            let mut state = self.state();
            state.ended = true;
            let owner = std::mem::replace(&mut state.owner, Owner::Handle);
            (owner, state.waker.take(), state.watcher.take())
        };
        drop(waker); // it holds the task's own memory: without this the task would keep itself
        if let Some(watcher) = watcher {
            watcher.wake();
        }
        owner
    }

    /// Ready when the task has ended. One watcher at a time.
    pub(crate) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        let watcher = with_own(cx, |cx| cx.waker().clone());
        let mut state = self.state();
        if state.ended {
            return Poll::Ready(());
        }
        let before = state.watcher.replace(watcher);
        drop(state);
        drop(before);
        Poll::Pending
    }

    /// The handle goes. `false`: the task has ended, so that its result waits to be read.
    pub(super) fn disown(&self, owner: Owner) -> bool {
        let mut state = self.state();
        if !state.ended {
            state.owner = owner;
        }
        !state.ended
    }

    /// The task's waker, if it has been polled and has not ended.
    pub(crate) fn waker(&self) -> Option<Waker> {
        self.state().waker.clone()
    }

    pub(crate) fn info(&self) -> TaskInfo {
        let (state, reason) = {
            let state = self.state();
            let now = match (&state.reason, state.ended) {
                (_, true) => TaskState::Finished,
                (Some(_), false) => TaskState::Cancelling,
                (None, false) => TaskState::Pending,
            };
            (now, state.reason.as_deref().cloned())
        };
        let now = self.core.clock().map_or_else(Instant::now, |clock| clock.now());
        TaskInfo::new(self.identity.clone(), state, reason, self.waits.tell(now))
    }
}
