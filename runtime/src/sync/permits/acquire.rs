//! Those who wait for permits: each stands in the queue with a node that lies in its own future.
//!
//! # The protocol
//!
//! 1. A node belongs to its future until it is pushed, and to the queue, that is, to whoever has the lock around it, until
//!    it is removed or granted. Then it is the future's again.
//! 2. A grant is the queue's last step on a node: it unlinks it, takes the waker out, and sets `granted`. So the future
//!    learns of its grant without the lock, takes it, and may end with its node at once.
//! 3. A future that is dropped removes its node under the lock, or finds that it was granted: then the permits are the
//!    future's, and it gives them back.
//! 4. The future is pinned from its first poll on, so that its node stays where it is. If it is never dropped, its node
//!    stays in the queue, and in memory: that is what pinning promises.
//!
//! Wakers are woken and dropped after the lock, not under it.
//!
//! Unsafe stands here because the queue holds the addresses of the nodes.
#![allow(unsafe_code)]

use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker};

use super::{Ask, Permits};
use crate::sync::after::After;
use crate::sync::atomic::{AtomicBool, Ordering, UnsafeCell};
use crate::waits::{Grantee, Mark, Site, with_own};

/// Those who wait, in the order of arrival.
pub(super) struct Queue {
    front: Option<NonNull<Node>>,
    back: Option<NonNull<Node>>,
    len: usize,
}

struct Node {
    ask: Ask,
    /// Set once, by the queue's last step.
    granted: AtomicBool,
    /// The queue's while it is in there.
    place: UnsafeCell<Place>,
    _pinned: PhantomPinned,
}

struct Place {
    /// There while it stands in the queue.
    waiter: Option<(Waker, Grantee)>,
    before: Option<NonNull<Node>>,
    behind: Option<NonNull<Node>>,
}

/// A future that is ready when what was asked for is held.
#[must_use = "nobody waits until this is awaited: add `.await`"]
pub(super) struct Acquire<'a> {
    permits: &'a Permits,
    mark: Mark,
    stage: Stage,
    node: Node,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    /// The node was pushed into the queue of the permits. It is there unless it is granted.
    Queued,
    Ended,
}

// SAFETY: a queue is used under its lock by one thread at a time, and what it leads to, the nodes, are there as long and
// may be used by any thread: `Place` is `Send`, as is checked below, but for addresses of other nodes.
unsafe impl Send for Queue {}
// SAFETY: what a future holds may be used by any thread: its node is its own, or the queue's, as above.
unsafe impl Send for Acquire<'_> {}
// SAFETY: a shared reference to a future can do nothing.
unsafe impl Sync for Acquire<'_> {}

const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<(Ask, &Ask, Waker, Grantee, Mark, &Permits)>();
};

impl Queue {
    pub(super) const fn new() -> Self {
        Queue { front: None, back: None, len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.front.is_none()
    }

    /// What the first asks for.
    pub(super) fn front(&self) -> Option<&Ask> {
        // SAFETY: what is in the queue lives (rule 3) where it was (rule 4), and cannot leave it while the queue is borrowed;
        // nobody changes what is asked for.
        self.front.map(|front| &unsafe { front.as_ref() }.ask)
    }

    /// Grants the first what it asks for, if there is one.
    pub(super) fn grant(&mut self, after: &mut After) {
        let Some(front) = self.front else { return };
        // SAFETY: as in `front`; it is in this queue.
        let waiter = unsafe { self.unlink(front) };
        if let Some((waker, grantee)) = waiter {
            grantee.granted();
            after.wake(waker);
        }
        // Releases whatever whoever gave the permits back has done. The node may be gone after that.
        // SAFETY: it lives until its future finds this, or takes the lock to remove it, which the caller has.
        unsafe { front.as_ref() }.granted.store(true, Ordering::Release);
    }

    /// # Safety
    ///
    /// The node is in no queue, and its place the caller's. It stays where it is until it is removed from this queue, or
    /// granted; until then the caller leaves its place alone.
    unsafe fn push(&mut self, node: &Node, waker: Waker, grantee: Grantee) {
        let new = NonNull::from(node);
        node.place.with_mut(|place| {
            // SAFETY: the place is the caller's, who gives it up with this.
            let place = unsafe { &mut *place };
            (place.before, place.behind) = (self.back, None);
            place.waiter = Some((waker, grantee));
        });
        match self.back.replace(new) {
            // SAFETY: as in `front`, but with a mutable reference to the queue.
            Some(back) => unsafe { back.as_ref() }
                .place
                .with_mut(|back| unsafe { (*back).behind = Some(new) }),
            None => self.front = Some(new),
        }
        self.len += 1;
    }

    /// Changes who is woken, if it is another one.
    ///
    /// # Safety
    ///
    /// The node is in this queue.
    unsafe fn renew(&mut self, node: &Node, waker: &Waker, mark: &mut Mark, after: &mut After) {
        let moved = mark.follow();
        // SAFETY: what is in the queue is the queue's, of which this is the only reference.
        let waiter = node.place.with_mut(|place| unsafe {
            let waiter = &mut (*place).waiter;
            let same = !moved && waiter.as_ref().is_some_and(|(old, _)| old.will_wake(waker));
            if same { None } else { waiter.replace((waker.clone(), mark.grantee())) }
        });
        if let Some((waker, _)) = waiter {
            after.drop(waker);
        }
    }

    /// Takes a node out of the queue; gives its waiter.
    ///
    /// # Safety
    ///
    /// The node is in this queue.
    unsafe fn unlink(&mut self, node: NonNull<Node>) -> Option<(Waker, Grantee)> {
        // SAFETY: what is in the queue lives where it was, and is the queue's, of which this is the only reference. The same
        // holds for its neighbours. Each reference ends before the next begins.
        unsafe {
            let (before, behind, waiter) = node
                .as_ref()
                .place
                .with_mut(|place| ((*place).before, (*place).behind, (*place).waiter.take()));
            match before {
                Some(before) => before.as_ref().place.with_mut(|place| (*place).behind = behind),
                None => self.front = behind,
            }
            match behind {
                Some(behind) => behind.as_ref().place.with_mut(|place| (*place).before = before),
                None => self.back = before,
            }
            self.len -= 1;
            waiter
        }
    }
}

impl<'a> Acquire<'a> {
    /// Waits for permits. It comes into the queue at its first poll.
    pub(super) fn new(permits: &'a Permits, ask: Ask, site: Site) -> Self {
        let place = Place { waiter: None, before: None, behind: None };
        let granted = AtomicBool::new(false);
        let node = Node { ask, granted, place: UnsafeCell::new(place), _pinned: PhantomPinned };
        Acquire { permits, mark: Mark::new(site), stage: Stage::New, node }
    }
}

impl Future for Acquire<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: nothing is moved out of it; the node, which is what is pinned, is used in place.
        let Acquire { permits, mark, stage, node } = unsafe { self.get_unchecked_mut() };
        let node = &*node;
        let came = match stage {
            Stage::New => with_own(cx, |cx| {
                let waker = cx.waker().clone();
                permits.change(|state, after| {
                    if state.take(&node.ask) {
                        after.drop(waker);
                        return true;
                    }
                    mark.wait(|| state.about(&node.ask));
                    // SAFETY: it is new, so it is in no queue. It is pinned: its memory does not end before it is dropped,
                    // and then it is removed. Its place is used from here on through the queue only.
                    unsafe { state.queue.push(node, waker, mark.grantee()) };
                    *stage = Stage::Queued;
                    false
                })
            }),
            Stage::Queued if node.granted.load(Ordering::Acquire) => {
                permits.claim(&node.ask);
                true
            }
            Stage::Queued => with_own(cx, |cx| {
                permits.change(|state, after| {
                    let granted = node.granted.load(Ordering::Relaxed); // it was set under the lock
                    if granted {
                        state.hold(&node.ask);
                    } else {
                        // SAFETY: it was pushed, and is removed only by its drop, or granted.
                        unsafe { state.queue.renew(node, cx.waker(), mark, after) };
                    }
                    granted
                })
            }),
            Stage::Ended => panic!("a waiter was polled after its end"),
        };
        if !came {
            return Poll::Pending;
        }
        *stage = Stage::Ended;
        mark.clear();
        Poll::Ready(())
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        let Acquire { permits, stage, node, .. } = self;
        if *stage != Stage::Queued {
            return;
        }
        if node.granted.load(Ordering::Acquire) {
            permits.put(&node.ask);
            return;
        }
        permits.change(|state, after| {
            // Set under the lock.
            if node.granted.load(Ordering::Relaxed) {
                return state.put(&node.ask, after);
            }
            // SAFETY: it was pushed, and has been neither removed nor granted.
            if let Some((waker, _)) = unsafe { state.queue.unlink(NonNull::from(&*node)) } {
                after.drop(waker);
            }
            // Who stood behind it may have enough.
            state.grant(after);
        });
    }
}
