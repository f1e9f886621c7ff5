//! How far a task has come, and what is left with it until its end: a waker, a reason, a hook, a watcher.
//!
//! # The protocol
//!
//! A task that runs to its end at once costs two steps here, the handle's mark and the end's; so these take no lock.
//!
//! 1. What has become of the task stands in its marks, which are only ever added. One that is added after [`ENDED`] says
//!    nothing.
//! 2. What is left with it lies under the lock. Who leaves something adds the mark that tells of it, before the lock is
//!    released. If [`ENDED`] was there before that mark, it came too late: it takes back what it left.
//! 3. The end adds its mark without the lock. Only if others that tell of something were there before, it takes the lock,
//!    waits by that for whoever is leaving something, and takes all of it. So it is either taken by the end or taken
//!    back, and never both or neither.
//! 4. A request to end finds the task's waker under the lock, or the task, which leaves its waker under the same lock,
//!    finds the request's mark. A task that lies in one allocation with its future leaves none: it is woken by its address.
//! 5. The lock is a leaf: nothing is woken, dropped or called under it.

use std::any::Any;
use std::sync::PoisonError;
use std::task::Waker;

#[cfg(taipan_loom)]
use loom::sync::{Mutex, MutexGuard};
#[cfg(not(taipan_loom))]
use std::sync::{Mutex, MutexGuard};

use super::state::{BEGUN, CANCELLED, DISOWNED, ENDED, HOOKED, State, WATCHED};
use crate::info::{CancelReason, TaskState};

pub(super) struct Life {
    pub(super) state: State,
    /// Boxed: few tasks leave any.
    left: Mutex<Option<Box<Left>>>,
}

#[derive(Default)]
struct Left {
    /// The waker of a task that has its control block by itself, which is the same at every poll; from the end of the
    /// first poll to the end.
    waker: Option<Waker>,
    /// Why the task was asked to end.
    reason: Option<CancelReason>,
    hook: Option<Hook>,
    /// Woken at the end.
    watcher: Option<Waker>,
}

/// An `ErrorReporter<T>` of the task's output type.
type Hook = Box<dyn Any + Send>;

/// What became of a request to end.
pub(super) enum Requested {
    /// The task has ended.
    Late,
    /// It was asked before.
    Before,
    /// It is asked now; with the waker that it has left.
    Now(Option<Waker>),
}

/// Who will look at the task's result.
pub(super) enum Owner {
    /// The handle is alive.
    Handle,
    /// Nobody: the handle was dropped.
    Nobody,
    /// Nobody, but an `Err` is to be reported.
    Hook(Hook),
}

impl Life {
    pub(super) fn new(state: State) -> Self {
        Life { state, left: Mutex::new(None) }
    }

    fn left(&self) -> MutexGuard<'_, Option<Box<Left>>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a mark. `true`: the task had ended before.
    fn mark(&self, mark: usize) -> bool {
        self.state.mark(mark) & ENDED != 0
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.state.has(CANCELLED)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state.has(ENDED)
    }

    /// Whether its waker is left.
    pub(super) fn has_begun(&self) -> bool {
        self.state.has(BEGUN)
    }

    /// Asks the task to end. The waking is left to the caller.
    pub(super) fn request(&self, reason: CancelReason) -> Requested {
        let mut left = self.left();
        if self.has_ended() {
            return Requested::Late;
        }
        let Left { reason: place, waker, .. } = &mut **left.get_or_insert_default();
        if place.is_some() {
            return Requested::Before;
        }
        *place = Some(reason);
        if self.mark(CANCELLED) {
            let late = place.take();
            drop(left);
            drop(late);
            return Requested::Late;
        }
        Requested::Now(waker.clone())
    }

    pub(super) fn reason(&self) -> Option<CancelReason> {
        self.left().as_ref()?.reason.clone()
    }

    /// How far the task has come, for whoever looks at it, and why it was asked to end.
    pub(super) fn tell(&self) -> (TaskState, Option<CancelReason>) {
        let left = self.left();
        let reason = left.as_ref().and_then(|left| left.reason.clone());
        let state = match (&reason, self.has_ended()) {
            (_, true) => TaskState::Finished,
            (Some(_), false) => TaskState::Cancelling,
            (None, false) => TaskState::Pending,
        };
        (state, reason)
    }

    /// Leaves the task's waker, instead of the one before. A request that comes from now on finds it.
    pub(super) fn begin(&self, waker: Waker) {
        let mut left = self.left();
        let place = &mut left.get_or_insert_default().waker;
        let mut other = place.replace(waker);
        if self.mark(BEGUN) {
            other = place.take();
        }
        drop(left);
        drop(other);
    }

    /// The task's waker, if it is left.
    pub(super) fn waker(&self) -> Option<Waker> {
        self.left().as_ref()?.waker.clone()
    }

    /// Leaves a watcher, which is woken at the end, instead of the one before. `false`: the task has ended.
    pub(super) fn watch(&self, watcher: Waker) -> bool {
        let mut left = self.left();
        let place = &mut left.get_or_insert_default().watcher;
        let mut other = place.replace(watcher);
        let ended = self.mark(WATCHED);
        if ended {
            other = place.take();
        }
        drop(left);
        drop(other);
        !ended
    }

    /// The handle goes. `false`: the task has ended, so that its result waits to be read.
    pub(super) fn disown(&self, owner: Owner) -> bool {
        let Owner::Hook(hook) = owner else { return !self.mark(DISOWNED) };
        let mut left = self.left();
        let place = &mut left.get_or_insert_default().hook;
        *place = Some(hook);
        let ended = self.mark(DISOWNED | HOOKED);
        let late = if ended { place.take() } else { None };
        drop(left);
        drop(late);
        !ended
    }

    /// Who will look at the result of a task that has ended, if that is certain: nobody, or a hook, which is handed
    /// out once.
    #[inline]
    pub(super) fn heir(&self) -> Option<Owner> {
        if !self.state.has(DISOWNED) {
            return None;
        }
        Some(if self.state.has(HOOKED) { self.hook() } else { Owner::Nobody })
    }

    #[cold]
    fn hook(&self) -> Owner {
        let hook = self.left().as_mut().and_then(|left| left.hook.take());
        hook.map_or(Owner::Nobody, Owner::Hook)
    }

    /// The task has ended, or its future is dropped: nothing can be asked of it any more. Says who will look at the
    /// result, and gives the watcher to be woken.
    pub(super) fn end(&self) -> (Owner, Option<Waker>) {
        let before = self.state.mark(ENDED);
        let owner = if before & DISOWNED == 0 { Owner::Handle } else { Owner::Nobody };
        if before & (BEGUN | HOOKED | WATCHED) == 0 || before & ENDED != 0 {
            return (owner, None);
        }
        let (waker, hook, watcher) = match &mut *self.left() {
            Some(left) => (left.waker.take(), left.hook.take(), left.watcher.take()),
            None => (None, None, None),
        };
        drop(waker); // it holds the task's own memory: without this the task would keep itself
        (hook.map_or(owner, Owner::Hook), watcher)
    }
}

#[cfg(all(test, taipan_loom))]
mod model {
    use std::sync::Arc;
    use std::task::Wake;

    use loom::sync::atomic::{AtomicUsize, Ordering};
    use loom::thread;

    use super::*;

    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn woken() -> (Arc<Woken>, Waker) {
        let woken = Arc::new(Woken(AtomicUsize::new(0)));
        (Arc::clone(&woken), woken.into())
    }

    fn reason() -> CancelReason {
        CancelReason::runtime("a model")
    }

    /// Either the request wakes the task, or the task sees the request once it has left its waker.
    #[test]
    fn a_request_races_with_the_end_of_the_first_poll() {
        loom::model(|| {
            let (life, (woken, waker)) = (Arc::new(Life::new(State::new())), woken());
            let theirs = Arc::clone(&life);
            let asks = thread::spawn(move || {
                match theirs.request(reason()) {
                    Requested::Now(waker) => waker.map(Waker::wake),
                    _ => unreachable!("it was not asked, and has not ended"),
                };
            });
            life.begin(waker);
            let seen = life.is_cancelled();
            asks.join().expect("no thread panics");
            assert!(seen || woken.0.load(Ordering::SeqCst) == 1);
            assert!(life.reason().is_some());
        });
    }

    /// The request is either too late, and leaves nothing, or its reason stays.
    #[test]
    fn a_request_races_with_the_end() {
        loom::model(|| {
            let (life, (woken, waker)) = (Arc::new(Life::new(State::new())), woken());
            life.begin(waker);
            let theirs = Arc::clone(&life);
            let asks = thread::spawn(move || matches!(theirs.request(reason()), Requested::Now(_)));
            drop(life.end());
            let asked = asks.join().expect("no thread panics");
            assert_eq!(life.reason().is_some(), asked);
            assert!(life.is_cancelled() || !asked);
            // Nothing keeps the task.
            assert!(life.waker().is_none());
            assert_eq!(Arc::strong_count(&woken), 1);
        });
    }

    /// The end is told to exactly one: to the handle, or to the hook that it left.
    #[test]
    fn a_handle_goes_while_the_task_ends() {
        for hooked in [false, true] {
            loom::model(move || {
                let life = Arc::new(Life::new(State::new()));
                let theirs = Arc::clone(&life);
                let goes = thread::spawn(move || {
                    theirs.disown(if hooked { Owner::Hook(Box::new(())) } else { Owner::Nobody })
                });
                let (owner, _) = life.end();
                let in_time = goes.join().expect("no thread panics");
                assert_eq!(in_time, !matches!(owner, Owner::Handle));
                assert_eq!(in_time && hooked, matches!(owner, Owner::Hook(_)));
                assert!(life.left().as_ref().is_none_or(|left| left.hook.is_none()));
            });
        }
    }

    /// A watcher is told that it came too late, or is woken.
    #[test]
    fn a_watcher_comes_while_the_task_ends() {
        loom::model(|| {
            let (life, (woken, waker)) = (Arc::new(Life::new(State::new())), woken());
            let theirs = Arc::clone(&life);
            let watches = thread::spawn(move || theirs.watch(waker));
            let (_, watcher) = life.end();
            let given = watcher.map(Waker::wake).is_some();
            let waits = watches.join().expect("no thread panics");
            assert_eq!(waits, given);
            assert_eq!(woken.0.load(Ordering::SeqCst), usize::from(waits));
            assert_eq!(Arc::strong_count(&woken), 1);
        });
    }
}
