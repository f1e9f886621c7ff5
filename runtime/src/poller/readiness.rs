//! Whether one direction of a socket is ready, and who waits until it is.
//!
//! # The protocol
//!
//! The state is a word: a few bits, and above them a number that every event raises.
//!
//! 1. An attempt is made while the direction is ready. If it finds that nothing is left it takes the readiness back by a
//!    compare-exchange with the state from before the attempt: an event that came meanwhile has changed the number, and
//!    its readiness stays.
//! 2. Whoever finds it not ready looks again under the lock of the waiters, and joins them. An event sets the state and
//!    takes the waiters under that lock: so it either is seen, or finds the waker.

#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicUsize, Ordering};

use std::io::{self, ErrorKind};
use std::task::{Context, Poll, Waker};

use super::waiters::Waiters;
use crate::sync::Lock;

/// An attempt may succeed.
const READY: usize = 1;
/// A short read or write does not mean that nothing is left: no event will tell of the end, or of what follows
/// urgent data.
const LASTING: usize = 2;
/// No event will come any more.
const ORPHANED: usize = 4;
/// What an event adds.
const EVENT: usize = 8;

/// The poller that would wake for this is out of service.
pub(super) struct Orphaned;

pub(super) struct Readiness {
    state: AtomicUsize,
    waiters: Lock<Waiters>,
}

impl Readiness {
    /// Ready: only an attempt can tell.
    pub(super) fn new() -> Readiness {
        Readiness { state: AtomicUsize::new(READY), waiters: Lock::new(Waiters::default()) }
    }

    /// An event has come; its waiters are moved to `woken`.
    pub(super) fn set(&self, lasting: bool, woken: &mut Vec<Waker>) {
        let bits = if lasting { READY | LASTING } else { READY };
        self.change(|state| (state | bits).wrapping_add(EVENT), woken);
    }

    /// No event will come any more; the waiters are moved to `woken`.
    pub(super) fn orphan(&self, woken: &mut Vec<Waker>) {
        self.change(|state| state | ORPHANED, woken);
    }

    fn change(&self, change: impl Fn(usize) -> usize, woken: &mut Vec<Waker>) {
        self.waiters.with(|waiters| {
            // Not a load and a store: an attempt takes readiness back without the lock.
            let change = |state| Some(change(state));
            let _ = self.state.fetch_update(Ordering::Release, Ordering::Relaxed, change);
            waiters.take(woken);
        });
    }

    /// Makes attempts until one does not block, or there is nothing to do but to wait. `drained`: whether what an attempt
    /// gave shows that the next one would block.
    pub(super) fn poll<R>(
        &self,
        cx: &Context<'_>,
        mut attempt: impl FnMut() -> io::Result<R>,
        drained: impl FnOnce(&R) -> bool,
    ) -> Result<Poll<io::Result<R>>, Orphaned> {
        loop {
            let state = self.state.load(Ordering::Acquire);
            if state & ORPHANED != 0 {
                return Err(Orphaned);
            }
            if state & READY == 0 {
                if self.wait(cx.waker()) {
                    return Ok(Poll::Pending);
                }
                continue;
            }
            match attempt() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.take_back(state),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Ok(Poll::Ready(Err(error))),
                Ok(value) => {
                    if state & LASTING == 0 && drained(&value) {
                        self.take_back(state);
                    }
                    return Ok(Poll::Ready(Ok(value)));
                }
            }
        }
    }

    /// It is not ready any more, unless it has become so since that state.
    fn take_back(&self, state: usize) {
        // What the attempt has taken from the socket is not ours to order: the system does that.
        let not_ready = state & !READY;
        let _ = self.state.compare_exchange(state, not_ready, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Joins the waiters, unless there is nothing to wait for.
    fn wait(&self, waker: &Waker) -> bool {
        self.waiters.with(|waiters| {
            let wait = self.state.load(Ordering::Relaxed) & (READY | ORPHANED) == 0;
            if wait {
                waiters.add(waker);
            }
            wait
        })
    }
}
