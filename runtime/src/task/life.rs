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
//!    finds the request's mark.
//! 5. The lock is a leaf: nothing is woken, dropped or called under it.

use std::any::Any;
use std::sync::PoisonError;
use std::task::Waker;

#[cfg(taipan_loom)]
use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU8, Ordering},
};
#[cfg(not(taipan_loom))]
use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU8, Ordering},
};

use crate::info::{CancelReason, TaskState};

/// It was asked to end: the reason is left.
const CANCELLED: u8 = 1;
/// It has ended, or its future is dropped.
const ENDED: u8 = 1 << 1;
/// Nobody holds the handle.
const DISOWNED: u8 = 1 << 2;
/// A hook is left.
const HOOKED: u8 = 1 << 3;
/// Its waker is left.
const BEGUN: u8 = 1 << 4;
/// A watcher is left.
const WATCHED: u8 = 1 << 5;

pub(super) struct Life {
    marks: AtomicU8,
    /// The task's part of the list of live tasks: it is kept here because there is room beside the marks.
    part: u16,
    left: Mutex<Left>,
}

#[derive(Default)]
struct Left {
    /// The task's waker, which is the same at every poll; from the end of the first poll to the end.
    waker: Option<Waker>,
    /// Boxed: few tasks have any.
    rare: Option<Box<Rare>>,
}

#[derive(Default)]
struct Rare {
    /// Why the task was asked to end.
    reason: Option<CancelReason>,
    hook: Option<Hook>,
    /// Woken at the end.
    watcher: Option<Waker>,
}

/// An `ErrorReporter<T>` of the task's output type.
type Hook = Box<dyn Any + Send>;

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
    pub(super) fn new(part: u16) -> Self {
        Life { marks: AtomicU8::new(0), part, left: Mutex::new(Left::default()) }
    }

    pub(super) fn part(&self) -> u16 {
        self.part
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a mark. `true`: the task had ended before.
    fn mark(&self, mark: u8) -> bool {
        self.marks.fetch_or(mark, Ordering::AcqRel) & ENDED != 0
    }

    fn has(&self, mark: u8) -> bool {
        self.marks.load(Ordering::Acquire) & mark != 0
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.has(CANCELLED)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.has(ENDED)
    }

    /// Whether its waker is left.
    pub(super) fn has_begun(&self) -> bool {
        self.has(BEGUN)
    }

    /// Asks the task to end. `false`: it has ended already. The waking is left to the caller.
    pub(super) fn request(&self, reason: CancelReason) -> (bool, Option<Waker>) {
        let mut left = self.left();
        if self.has_ended() {
            return (false, None);
        }
        let place = &mut left.rare.get_or_insert_default().reason;
        if place.is_some() {
            return (true, None);
        }
        *place = Some(reason);
        if self.mark(CANCELLED) {
            let late = place.take();
            drop(left);
            drop(late);
            return (false, None);
        }
        (true, left.waker.clone())
    }

    pub(super) fn reason(&self) -> Option<CancelReason> {
        self.left().rare.as_ref()?.reason.clone()
    }

    pub(super) fn state(&self) -> (TaskState, Option<CancelReason>) {
        let left = self.left();
        let reason = left.rare.as_ref().and_then(|rare| rare.reason.clone());
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
        let mut other = left.waker.replace(waker);
        if self.mark(BEGUN) {
            other = left.waker.take();
        }
        drop(left);
        drop(other);
    }

    /// The task's waker, if it is left.
    pub(super) fn waker(&self) -> Option<Waker> {
        self.left().waker.clone()
    }

    /// Leaves a watcher, which is woken at the end, instead of the one before. `false`: the task has ended.
    pub(super) fn watch(&self, watcher: Waker) -> bool {
        let mut left = self.left();
        let place = &mut left.rare.get_or_insert_default().watcher;
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
        let place = &mut left.rare.get_or_insert_default().hook;
        *place = Some(hook);
        let ended = self.mark(DISOWNED | HOOKED);
        let late = if ended { place.take() } else { None };
        drop(left);
        drop(late);
        !ended
    }

    /// The task has ended, or its future is dropped: nothing can be asked of it any more. Says who will look at the
    /// result, and gives the watcher to be woken.
    pub(super) fn end(&self) -> (Owner, Option<Waker>) {
        let before = self.marks.fetch_or(ENDED, Ordering::AcqRel);
        let owner = if before & DISOWNED == 0 { Owner::Handle } else { Owner::Nobody };
        if before & (BEGUN | HOOKED | WATCHED) == 0 || before & ENDED != 0 {
            return (owner, None);
        }
        let (waker, hook, watcher) = {
            let mut left = self.left();
            let (hook, watcher) = match &mut left.rare {
                Some(rare) => (rare.hook.take(), rare.watcher.take()),
                None => (None, None),
            };
            (left.waker.take(), hook, watcher)
        };
        drop(waker); // it holds the task's own memory: without this the task would keep itself
        (hook.map_or(owner, Owner::Hook), watcher)
    }
}

#[cfg(all(test, taipan_loom))]
mod model {
    use std::sync::Arc;
    use std::task::Wake;

    use loom::sync::atomic::AtomicUsize;
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
            let (life, (woken, waker)) = (Arc::new(Life::new(0)), woken());
            let theirs = Arc::clone(&life);
            let asks = thread::spawn(move || {
                let (asked, waker) = theirs.request(reason());
                assert!(asked);
                waker.map(Waker::wake);
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
            let (life, (woken, waker)) = (Arc::new(Life::new(0)), woken());
            life.begin(waker);
            let theirs = Arc::clone(&life);
            let asks = thread::spawn(move || {
                let (asked, waker) = theirs.request(reason());
                drop(waker);
                asked
            });
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
                let life = Arc::new(Life::new(0));
                let theirs = Arc::clone(&life);
                let goes = thread::spawn(move || {
                    theirs.disown(if hooked { Owner::Hook(Box::new(())) } else { Owner::Nobody })
                });
                let (owner, _) = life.end();
                let in_time = goes.join().expect("no thread panics");
                assert_eq!(in_time, !matches!(owner, Owner::Handle));
                assert_eq!(in_time && hooked, matches!(owner, Owner::Hook(_)));
                assert!(life.left().rare.as_ref().is_none_or(|rare| rare.hook.is_none()));
            });
        }
    }

    /// A watcher is told that it came too late, or is woken.
    #[test]
    fn a_watcher_comes_while_the_task_ends() {
        loom::model(|| {
            let (life, (woken, waker)) = (Arc::new(Life::new(0)), woken());
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
