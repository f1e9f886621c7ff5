//! What a poll of a task is: that of a scope, cancelled by a flag, that catches every panic. And the future that is one
//! where nothing else is known of tasks: main, and those that stay on their thread.
//!
//! Unsafe stands here because the list of live tasks holds the addresses of control blocks: the
//! [`Registration`] is what keeps the list's rules (see `registry`). And so does the thread, of the task that it polls.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::marker::PhantomData;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::control::Control;
use super::ended::{Ended, Unread, settle};
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

/// Puts a task on its runtime's list.
///
/// # Safety
///
/// The block stays where it is, alive, until it is given to `unlist`.
#[inline]
pub(super) unsafe fn list(control: &Control) {
    // SAFETY: `unlist` removes it from this same registry (`core` never changes), and the caller promises that it stays in
    // place, alive, until then. A block is only ever reached through shared references.
    unsafe { control.core.registry.insert(control) };
}

/// Takes it off the list.
///
/// # Safety
///
/// It was given to `list`, and to this not yet.
#[inline]
pub(super) unsafe fn unlist(control: &Control) {
    // SAFETY: as the caller promises.
    unsafe { control.core.registry.remove(control) };
    control.waits.end();
}

/// The entry in the list of live tasks of one whose control block is on the heap by itself.
pub(crate) struct Registration {
    control: Arc<Control>,
}

impl Registration {
    /// Puts the task on its runtime's list.
    pub(crate) fn new(control: Arc<Control>) -> Self {
        // SAFETY: the registration keeps the `Arc`, so the block stays in place for as long as it exists;
        // leaked, it leaks the block with it.
        unsafe { list(&control) };
        Registration { control }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // Off the list before anybody is told of the end: what has ended is never listed.
        // SAFETY: `new` put it there, and nobody else removes it.
        unsafe { unlist(&self.control) };
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
        self.identity.part
    }
}

/// Polls the scope of a task, and settles what becomes of the output.
#[inline]
pub(super) fn poll<F: Future>(
    mut scope: Pin<&mut Scope<Within<F>>>,
    control: &Control,
    cx: &mut Context<'_>,
    settle: impl FnOnce(Ended<F::Output>) -> Ended<F::Output>,
) -> Poll<Ended<F::Output>> {
    let running = Running::enter(control);
    let budget = budget::limit();
    let waits = control.waits.enter();
    if control.is_cancelled() {
        scope.as_mut().cancel();
        if control.core.is_closed() {
            // Nobody is left to run its exits: they are dropped with the scope, and only then has the task ended.
            return Poll::Ready(Ended::Cancelled);
        }
    }
    let ended = match ready!(waits.poll(cx, |cx| scope.poll_end(cx))) {
        Ok(Some(value)) => Ended::Value(value),
        Ok(None) => Ended::Cancelled,
        Err(payload) => Ended::Panicked(Unread::new(payload, control)),
    };
    let ended = settle(ended);
    drop(waits);
    drop(budget);
    drop(running);
    Poll::Ready(ended)
}

/// What becomes of the output, as a function pointer.
type Settle<T> = fn(Ended<T>, &Control) -> Ended<T>;

pin_project! {
    /// The future of a task whose control block is on the heap by itself.
    pub(crate) struct Root<F: Future> {
        // First, so that what the body holds goes while the task is still on the list.
        #[pin]
        scope: Scope<Within<F>>,
        // What becomes of the output: known where the output's type is.
        settle: Settle<F::Output>,
        registration: Registration,
    }
}

impl<F: Future> Root<F> {
    fn new(registration: Registration, settle: Settle<F::Output>, future: F) -> Self {
        Root { scope: Scope::new(Within::inherit(future)), settle, registration }
    }

    /// The root of main, whose output goes to the caller of `run`.
    pub(crate) fn main(registration: Registration, main: F) -> Self {
        Root::new(
            registration,
            |ended, control| {
                drop(control.end());
                ended
            },
            main,
        )
    }

    /// The root of a task that stays on its thread.
    pub(super) fn local(registration: Registration, future: F) -> Self
    where
        F::Output: 'static,
    {
        Root::new(registration, |ended, control| settle(control.end(), ended, control), future)
    }
}

impl<F: Future> Future for Root<F> {
    type Output = Ended<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (control, settle) = (&*this.registration.control, *this.settle);
        let cancelled = control.is_cancelled();
        let polled = poll(this.scope, control, cx, |ended| settle(ended, control));
        if polled.is_pending() && !control.has_begun() {
            control.begin(cx.waker().clone());
            // Who asked during this first poll found no waker.
            if (!cancelled && control.is_cancelled()) || control.core.is_closed() {
                cx.waker().wake_by_ref();
            }
        }
        polled
    }
}
