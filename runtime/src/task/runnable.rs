//! A task that is to be polled, as it stands on a run queue.
//!
//! Unsafe stands here because it is the address of a task: the task keeps itself alive until its end, and it does not end
//! before it is polled.
#![allow(unsafe_code)]

use std::mem;
use std::ptr::NonNull;

use super::cell::Header;
use super::control::Control;
use super::ready::schedule;

/// A task that is to be polled, once. Dropped instead, the task is cancelled, and its exits with it.
pub(crate) struct Runnable(NonNull<Header>);

// SAFETY: what is done with a task by this can be done on any thread: its future is `Send`, as `cell::allocate` demands,
// and its control block is `Sync`.
unsafe impl Send for Runnable {}

impl Runnable {
    /// # Safety
    ///
    /// The task is scheduled, and there is no other `Runnable` of it.
    pub(super) unsafe fn new(header: NonNull<Header>) -> Runnable {
        Runnable(header)
    }

    pub(crate) fn control(&self) -> &Control {
        // SAFETY: the task has not ended, and holds a reference until then.
        unsafe { self.0.as_ref() }.control()
    }

    /// Polls the task. No panic comes out of it.
    #[inline]
    pub(crate) fn run(self) {
        let header = self.into_header();
        // SAFETY: the task is scheduled, and this was the only `Runnable`.
        unsafe { Header::run(header) };
    }

    /// Puts the task on its runtime's queue.
    pub(crate) fn schedule(self) {
        schedule(self);
    }

    fn into_header(self) -> NonNull<Header> {
        let header = self.0;
        mem::forget(self);
        header
    }
}

impl Drop for Runnable {
    fn drop(&mut self) {
        // SAFETY: as for `run`.
        unsafe { Header::discard(self.0) };
    }
}
