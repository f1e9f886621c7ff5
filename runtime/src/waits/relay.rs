//! A waker that counts its clones, in the place of a task's own.
//!
//! Combinators of the crate's own that make wakers for their children lend them ([`lend`]) through a relay each: so what
//! a child keeps is told apart as well.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Wake, Waker};

use super::Outside;
use super::list::here;

/// Wakes a task, or a child. Each clone of its waker is held by something that is not the crate's own.
struct Relay {
    of: Waker,
    /// Whether it was polled since the last time that there was nothing to hear of foreign things.
    fresh: AtomicBool,
    listed: AtomicBool,
}

impl Relay {
    fn new(of: &Waker) -> Arc<Relay> {
        let (fresh, listed) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Relay { of: of.clone(), fresh, listed })
    }
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.of.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.of.wake_by_ref();
    }
}

thread_local! {
    /// The relay whose waker is being polled with on this thread, the innermost.
    static CURRENT: RefCell<Option<Arc<Relay>>> = const { RefCell::new(None) };
    /// Those of this thread that were left with clones, and how many are the crate's own.
    static KEPT: RefCell<Vec<(Weak<Relay>, usize)>> = const { RefCell::new(Vec::new()) };
}

/// Makes a relay the current one; restores the one before.
struct Entered(Option<Arc<Relay>>);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Polls with the waker of `relay`, of which so many references are the crate's own afterwards, this one among them.
/// Tells whether something foreign has kept it.
fn poll<R>(relay: &Arc<Relay>, own: usize, poll: impl FnOnce(&mut Context<'_>) -> R) -> (R, bool) {
    let waker = Waker::from(Arc::clone(relay));
    let entered = Entered(CURRENT.replace(Some(Arc::clone(relay))));
    let polled = poll(&mut Context::from_waker(&waker));
    drop(entered);
    drop(waker);
    let kept = Arc::strong_count(relay) > own;
    if kept {
        relay.fresh.store(true, Ordering::Relaxed);
        if !relay.listed.swap(true, Ordering::Relaxed) {
            KEPT.with_borrow_mut(|all| all.push((Arc::downgrade(relay), own - 1)));
        }
    }
    (polled, kept)
}

/// The relays of one task.
#[derive(Default)]
pub(super) struct Place(Mutex<Relays>);

#[derive(Default)]
struct Relays {
    /// Its own, from its first poll on.
    task: Option<Arc<Relay>>,
    /// Those of children that were left with clones.
    children: Vec<Weak<Relay>>,
}

impl Place {
    fn lock(&self) -> MutexGuard<'_, Relays> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Polls the task whose own waker that is.
    pub(super) fn poll<R>(&self, task: &Waker, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
        let relay = {
            let mut relays = self.lock();
            let relay = relays.task.take().filter(|relay| relay.of.will_wake(task));
            let relay = relay.unwrap_or_else(|| Relay::new(task));
            Arc::clone(relays.task.insert(relay))
        };
        poll(&relay, 2, f).0
    }

    /// The task is polled no more.
    pub(super) fn end(&self) {
        let relay = self.lock().task.take();
        drop(relay); // outside the lock
    }

    /// How many clones there are, while the task is not polled.
    pub(super) fn clones(&self) -> usize {
        let mut relays = self.lock();
        relays.children.retain(|child| child.strong_count() > 0);
        let children: usize = relays.children.iter().map(Weak::strong_count).sum();
        children + relays.task.as_ref().map_or(0, |relay| Arc::strong_count(relay) - 1)
    }
}

/// The waker behind that one, if it is the current relay's.
fn own(waker: &Waker) -> Option<Waker> {
    CURRENT.with_borrow(|current| {
        let relay = current.as_ref()?;
        (waker.data() == Arc::as_ptr(relay).cast()).then(|| relay.of.clone())
    })
}

/// Calls `f` with the task's own waker: what it keeps of it does not count as foreign.
pub(crate) fn with_own<R>(cx: &mut Context<'_>, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
    match own(cx.waker()) {
        Some(waker) => f(&mut Context::from_waker(&waker)),
        None => f(cx),
    }
}

/// Polls a child with the waker that a combinator has made for it.
pub(crate) fn lend<R>(waker: &Waker, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
    let task = here().filter(|task| task.relay.is_some());
    let Some(place) = task.as_ref().and_then(|task| task.relay.as_ref()) else {
        return f(&mut Context::from_waker(waker));
    };
    let relay = Relay::new(waker);
    let (polled, kept) = poll(&relay, 1, f);
    if kept {
        place.lock().children.push(Arc::downgrade(&relay));
    }
    polled
}

/// Whether something foreign may wake a task of this thread.
pub(crate) fn outside() -> Outside {
    // Outside the borrow: the last reference to a task's waker may end its memory.
    let mut all = KEPT.take();
    let mut outside = Outside::Nothing;
    all.retain(|(relay, own)| {
        let Some(relay) = relay.upgrade() else { return false };
        if Arc::strong_count(&relay) - 1 <= *own {
            relay.listed.store(false, Ordering::Relaxed);
            return false;
        }
        let fresh = relay.fresh.load(Ordering::Relaxed);
        outside = if fresh { Outside::Fresh } else { outside.max(Outside::Quiet) };
        true
    });
    KEPT.with_borrow_mut(|kept| {
        all.append(kept);
        *kept = all;
    });
    outside
}

/// There was nothing to hear of foreign things for a while.
pub(crate) fn nothing_heard() {
    KEPT.with_borrow(|all| {
        for relay in all.iter().filter_map(|(relay, _)| relay.upgrade()) {
            relay.fresh.store(false, Ordering::Relaxed);
        }
    });
}

/// A run begins on this thread: what another has left does not concern it.
pub(crate) fn forget_outside() {
    drop(KEPT.take());
}
