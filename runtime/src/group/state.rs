//! The state of a group, and its changes.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use slab::Slab;

use super::child;
use crate::current::Host;
use crate::error::BoxError;
use crate::info::{Identity, TaskId};
use crate::report::Report;
use crate::scope::Payload;
use crate::task::{CancelReason, Core, Task};

/// What the owner, the clones of the handle and the children share.
pub(super) struct Shared(Mutex<State>);

impl Shared {
    pub(super) fn new() -> Self {
        Shared(Mutex::new(State {
            core: None,
            phase: Phase::New,
            limit: None,
            supervisor: false,
            body_ended: false,
            children: Slab::new(),
            holding: 0,
            places: 0,
            queue: VecDeque::new(),
            next_ticket: 0,
            granted: Vec::new(),
            ended: Vec::new(),
            errors: Vec::new(),
            panic: None,
            reason: None,
            owner: None,
        }))
    }

    /// Changes the state, and does what the change entails once the lock is released.
    pub(super) fn change<R>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut State, &mut After) -> R,
    ) -> R {
        let mut after = After::default();
        let result = change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), &mut after);
        after.run(self);
        result
    }
}

pub(super) struct State {
    /// Where children are spawned: known from the group's beginning on.
    pub(super) core: Option<Arc<Core>>,
    pub(super) phase: Phase,
    pub(super) limit: Option<NonZeroUsize>,
    pub(super) supervisor: bool,
    pub(super) body_ended: bool,
    /// The children that are alive.
    pub(super) children: Slab<Slot>,
    /// How many children hold the group open: those alive or queued, but for background ones.
    holding: usize,
    /// How many places are taken: by children, and by those to whom one was granted.
    places: usize,
    /// Who waits for a place. Not empty only while all are taken.
    queue: VecDeque<Queued>,
    next_ticket: u64,
    /// The tickets whose place is kept for them.
    granted: Vec<u64>,
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

/// A child that is alive.
pub(super) struct Slot {
    id: TaskId,
    background: bool,
    /// `None` only while it is being spawned.
    task: Option<Task<()>>,
}

struct Queued {
    /// Grows along the queue.
    ticket: u64,
    who: Waiting,
}

enum Waiting {
    Child(Newcomer),
    Place(Waker),
}

/// A child that waits to be spawned.
pub(super) struct Newcomer {
    pub(super) identity: Identity,
    pub(super) future: Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>,
}

/// How a child ended.
pub(super) enum End {
    Done,
    Cancelled,
    Failed(BoxError),
    Panicked(Payload),
}

/// What a change entails, done without the lock.
#[derive(Default)]
pub(super) struct After {
    wakers: Vec<Waker>,
    start: Vec<(usize, Newcomer)>,
    refused: VecDeque<Queued>,
    replaced: Option<Waker>,
    ended: Vec<Task<()>>,
    report: Option<(Arc<Core>, Report)>,
}

impl After {
    fn run(self, shared: &Arc<Shared>) {
        self.wakers.into_iter().for_each(Waker::wake);
        for (key, Newcomer { identity, future }) in self.start {
            child::spawn(shared, key, identity, future, None);
        }
        if let Some((core, report)) = self.report {
            core.report(&report);
        }
        // The rest is dropped here.
    }
}

impl State {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.places >= limit.get())
    }

    /// Takes a place for a new child. `false`: there is none.
    pub(super) fn take_place(&mut self) -> bool {
        let free = !self.is_full();
        self.places += usize::from(free);
        free
    }

    /// Gives a child that has its place a slot.
    pub(super) fn seat(&mut self, id: TaskId) -> usize {
        self.holding += 1;
        self.children.insert(Slot { id, background: false, task: None })
    }

    /// Gives a child a slot that takes no place and does not hold the group open.
    pub(super) fn seat_in_background(&mut self, id: TaskId) -> usize {
        self.children.insert(Slot { id, background: true, task: None })
    }

    /// Lets a child wait for a place.
    pub(super) fn enqueue(&mut self, newcomer: Newcomer) {
        self.holding += 1;
        self.push(Waiting::Child(newcomer));
    }

    fn push(&mut self, who: Waiting) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.queue.push_back(Queued { ticket, who });
        ticket
    }

    /// The handle of a child's task, which has not begun.
    pub(super) fn settle(&mut self, key: usize, task: Task<()>) {
        if let Phase::Closing(reason) = &self.phase {
            // It has no waker yet: it looks when it begins.
            task.control().request(reason.clone());
        }
        self.children[key].task = Some(task);
    }

    /// A child's body and its cleanups have ended.
    pub(super) fn leave(&mut self, key: usize, identity: &Identity, end: End, after: &mut After) {
        let failed = match end {
            End::Done | End::Cancelled => None,
            End::Failed(error) => {
                self.errors.push(error);
                Some("a task of its group failed")
            }
            End::Panicked(payload) => {
                self.fail(payload, Some(identity), after);
                Some("a task of its group panicked")
            }
        };
        if let Some(reason) = failed.filter(|_| !self.supervisor) {
            self.close(CancelReason::caused(reason, Some(identity)), after);
        }
        self.remove(key, after);
    }

    /// Keeps a panic to be resumed; one that is not the first is reported.
    pub(super) fn fail(
        &mut self,
        payload: Payload,
        identity: Option<&Identity>,
        after: &mut After,
    ) {
        match (&self.panic, identity, &self.core) {
            (None, ..) => self.panic = Some(payload),
            (Some(_), Some(identity), Some(core)) => {
                after.report = Some((core.clone(), Report::panic(identity.clone(), &*payload)));
            }
            // The panic hook has told of it.
            (Some(_), ..) => {}
        }
    }

    fn remove(&mut self, key: usize, after: &mut After) {
        let slot = self.children.remove(key);
        // Those before it have ended by now, but for the few that are just ending on other workers.
        after.ended.extend(self.ended.extract_if(.., |task| task.is_finished()));
        // It has begun, so its handle has come.
        self.ended.extend(slot.task);
        if !slot.background {
            self.holding -= 1;
            self.release_place(after);
        }
        if self.body_ended && self.holding == 0 {
            after.wakers.extend(self.owner.take());
        }
    }

    /// Frees a place, for whoever waits longest.
    pub(super) fn release_place(&mut self, after: &mut After) {
        self.places -= 1;
        while self.is_open()
            && !self.is_full()
            && let Some(next) = self.queue.pop_front()
        {
            self.places += 1;
            match next.who {
                Waiting::Child(newcomer) => {
                    let id = newcomer.identity.id;
                    let slot = Slot { id, background: false, task: None };
                    after.start.push((self.children.insert(slot), newcomer));
                }
                Waiting::Place(waker) => {
                    self.granted.push(next.ticket);
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
            *ticket = Some(self.push(Waiting::Place(cx.waker().clone())));
            return Poll::Pending;
        };
        if let Some(index) = self.granted.iter().position(|&granted| granted == number) {
            self.granted.swap_remove(index);
            *ticket = None;
            return Poll::Ready(true);
        }
        if let Ok(index) = self.queue.binary_search_by_key(&number, |queued| queued.ticket)
            && let Waiting::Place(waker) = &mut self.queue[index].who
        {
            after.replaced = Some(std::mem::replace(waker, cx.waker().clone()));
        }
        Poll::Pending
    }

    /// Stops waiting for a place: one that was granted meanwhile goes to the next.
    pub(super) fn forgo_place(&mut self, ticket: u64, after: &mut After) {
        if let Some(index) = self.granted.iter().position(|&granted| granted == ticket) {
            self.granted.swap_remove(index);
            self.release_place(after);
        } else if let Ok(index) = self.queue.binary_search_by_key(&ticket, |queued| queued.ticket) {
            after.refused.extend(self.queue.remove(index));
        }
    }

    /// Asks one child to end, if it is alive.
    pub(super) fn cancel_child(
        &mut self,
        key: usize,
        id: TaskId,
        reason: CancelReason,
        after: &mut After,
    ) {
        if let Some(Slot { id: found, task: Some(task), .. }) = self.children.get(key)
            && *found == id
        {
            after.wakers.extend(task.control().request(reason).1);
        }
    }

    /// Lets nobody in any more, and cancels the body and all children.
    pub(super) fn close(&mut self, reason: CancelReason, after: &mut After) {
        if !self.is_open() {
            return;
        }
        for (_, slot) in &self.children {
            if let Some(task) = &slot.task {
                after.wakers.extend(task.control().request(reason.clone()).1);
            }
        }
        let queue = std::mem::take(&mut self.queue);
        for queued in &queue {
            match &queued.who {
                Waiting::Child(_) => self.holding -= 1,
                Waiting::Place(waker) => after.wakers.push(waker.clone()),
            }
        }
        after.refused = queue;
        after.wakers.extend(self.owner.take());
        self.phase = Phase::Closing(reason);
    }

    /// Whether there is nothing left to wait for or to tell.
    pub(super) fn is_quiet(&self) -> bool {
        self.children.is_empty()
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
        if self.children.is_empty() && self.holding == 0 {
            self.phase = Phase::Ended;
            return Poll::Ready(());
        }
        self.wake_owner(cx, after);
        Poll::Pending
    }

    fn wake_owner(&mut self, cx: &Context<'_>, after: &mut After) {
        if !self.owner.as_ref().is_some_and(|owner| owner.will_wake(cx.waker())) {
            after.replaced = self.owner.replace(cx.waker().clone());
        }
    }
}
