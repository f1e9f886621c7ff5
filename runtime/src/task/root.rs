//! The future that the workers poll: a scope, cancelled by a flag, that catches every panic.
//!
//! Unsafe stands here because the list of live tasks holds the addresses of control blocks: the
//! [`Registration`] is what keeps the list's rules (see `registry`). And so does the thread, of the task that it polls.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::control::Control;
use super::ended::{Ended, Unread};
use crate::budget;
use crate::local::Within;
use crate::registry::{Links, Listed};
use crate::scope::Scope;

thread_local! {
    /// The task that is being polled on this thread, or null. (A plain cell: setting it is all that a poll costs.)
    static RUNNING: Cell<*const Control> = const { Cell::new(ptr::null()) };
}

/// Calls `f` with the task that is being polled on this thread, if one is.
pub(crate) fn running<R>(f: impl FnOnce(&Control) -> R) -> Option<R> {
    // SAFETY: it is null, or the address of the block that the innermost `Running` of this thread has borrowed, which
    // lives until that is dropped and null, or the one before, is here again. That does not happen while `f` runs:
    // a `Running` is a local variable of a poll that has not returned.
    unsafe { RUNNING.get().as_ref() }.map(f)
}

/// Marks a task as the one being polled; restores the one before. Never leaked: it is a local variable of the poll.
struct Running<'a> {
    before: *const Control,
    _polled: PhantomData<&'a Control>,
}

impl<'a> Running<'a> {
    fn enter(control: &'a Control) -> Self {
        Running { before: RUNNING.replace(control), _polled: PhantomData }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        RUNNING.set(self.before);
    }
}

/// A task's entry in the list of live tasks.
pub(crate) struct Registration<C: Deref<Target = Control>> {
    control: C,
}

impl Registration<Arc<Control>> {
    /// Puts a task on its runtime's list whose control block is on the heap by itself.
    pub(crate) fn shared(control: Arc<Control>) -> Self {
        // SAFETY: the registration keeps the `Arc`, so the block stays in place for as long as it exists;
        // leaked, it leaks the block with it.
        unsafe { Registration::new(control) }
    }
}

impl<C: Deref<Target = Control>> Registration<C> {
    /// Puts the task on its runtime's list.
    ///
    /// # Safety
    ///
    /// `control` points to a block that stays where it is for as long as the registration exists,
    /// whatever is moved meanwhile; and the registration is not leaked, unless the block is as well.
    pub(super) unsafe fn new(control: C) -> Self {
        // SAFETY: `drop` below removes it from this same registry (`core` never changes), and the caller promises
        // that it stays in place, alive, until then. A block is only ever reached through shared references.
        unsafe { control.core.registry.insert(&control) };
        Registration { control }
    }
}

impl<C: Deref<Target = Control>> Drop for Registration<C> {
    fn drop(&mut self) {
        // Off the list before anybody is told of the end: what has ended is never listed.
        // SAFETY: `new` inserted it there, and nobody else removes it.
        unsafe { self.control.core.registry.remove(&self.control) };
        self.control.waits.end();
        if !self.control.has_ended() {
            drop(self.control.end());
        }
    }
}

// SAFETY: nobody changes what both give.
unsafe impl Listed for Control {
    fn links(&self) -> &Links<Control> {
        &self.links
    }

    fn part(&self) -> u16 {
        self.life.part()
    }
}

/// What becomes of the output, as a function pointer.
type Settle<T> = fn(Ended<T>, &Control) -> Ended<T>;

pin_project! {
    /// The future of a task.
    pub(crate) struct Root<F: Future, C: Deref<Target = Control>, S> {
        // First, so that what the body holds goes while the task is still on the list.
        #[pin]
        scope: Scope<Within<F>>,
        // What becomes of the output: known where the output's type is.
        settle: S,
        registration: Registration<C>,
    }
}

impl<F: Future, C: Deref<Target = Control>, S> Root<F, C, S>
where
    S: Fn(Ended<F::Output>, &Control) -> Ended<F::Output>,
{
    pub(super) fn new(registration: Registration<C>, settle: S, future: F) -> Self {
        Root { scope: Scope::new(Within::inherit(future)), settle, registration }
    }
}

impl<F: Future, C: Deref<Target = Control>> Root<F, C, Settle<F::Output>> {
    /// The root of main, whose output goes to the caller of `run`.
    pub(crate) fn main(registration: Registration<C>, main: F) -> Self {
        let settle: Settle<F::Output> = |ended, control| {
            drop(control.end());
            ended
        };
        Root::new(registration, settle, main)
    }
}

impl<F: Future, C: Deref<Target = Control>, S> Future for Root<F, C, S>
where
    S: Fn(Ended<F::Output>, &Control) -> Ended<F::Output>,
{
    type Output = Ended<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let control = &*this.registration.control;
        let running = Running::enter(control);
        let budget = budget::limit();
        let waits = control.waits.enter();
        let cancelled = control.is_cancelled();
        if cancelled {
            this.scope.as_mut().cancel();
            if control.core.is_closed() {
                // Nobody is left to run its exits: they are dropped with this root, and only then has the
                // task ended.
                return Poll::Ready(Ended::Cancelled);
            }
        }
        let Poll::Ready(ended) = waits.poll(cx, |cx| this.scope.poll_end(cx)) else {
            if !control.has_begun() {
                control.begin(cx.waker().clone());
                // Who asked during this first poll found no waker.
                if (!cancelled && control.is_cancelled()) || control.core.is_closed() {
                    cx.waker().wake_by_ref();
                }
            }
            return Poll::Pending;
        };
        let ended = match ended {
            Ok(Some(value)) => Ended::Value(value),
            Ok(None) => Ended::Cancelled,
            Err(payload) => Ended::Panicked(Unread::new(payload, control)),
        };
        let ended = (this.settle)(ended, control);
        drop(waits);
        drop(budget);
        drop(running);
        Poll::Ready(ended)
    }
}
#[cfg(all(test, target_pointer_width = "64", not(debug_assertions), not(taipan_loom)))]
mod tests {
    use std::future::pending;

    use super::*;
    use crate::task::ended::settle;

    /// What a task takes beside its future, but for what `async-task` adds (40 bytes) and the allocator. (Debug builds
    /// write down more.)
    #[test]
    fn a_task_is_small() {
        fn root<F: Future, S>(_: F, _: S) -> usize {
            size_of::<Root<F, &Control, S>>()
        }
        assert_eq!(root(pending::<u64>(), settle::<u64>), 40);
        assert_eq!(size_of::<Control>(), 104);
        assert!(size_of::<Ended<u64>>() <= 16); // it lies where the future lay
    }
}
