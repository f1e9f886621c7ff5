//! The wakers of tasks that lie in one allocation with their futures: an address, and a reference.
//!
//! Unsafe stands here because a waker is made of an address: of a [`Header`], which a reference keeps alive.
#![allow(unsafe_code)]

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::task::{RawWaker, RawWakerVTable, Waker};

use super::cell::{Header, free};
use super::control::Control;
use super::ready::schedule;
use super::runnable::Runnable;
use super::state::Woken;

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, release);

/// The task's waker, without a reference: for as long as somebody else's lasts.
///
/// # Safety
///
/// The header is alive for as long as the waker is used; its clones have references of their own.
pub(super) unsafe fn borrowed(header: NonNull<Header>) -> impl Deref<Target = Waker> {
    // SAFETY: the functions of the table take the address of a header that is alive, as the caller promises. This waker
    // itself is not dropped, and so gives up no reference.
    ManuallyDrop::new(unsafe { Waker::new(header.as_ptr().cast(), &VTABLE) })
}

/// The waker of a task, if its control block lies in one allocation with its future, and it has not ended.
pub(super) fn in_cell(control: &Control) -> Option<Waker> {
    if !control.life.state.is_in_cell() || control.has_ended() {
        return None;
    }
    control.life.state.retain();
    // The block is the first field of its header, whose address was exposed when it was made: see `cell::allocate`.
    let header: *const Header = ptr::with_exposed_provenance(ptr::from_ref(control).addr());
    // SAFETY: the block lies in a header, as its state says, which is alive, as the block is. The waker has the
    // reference that was taken above.
    Some(unsafe { Waker::new(header.cast(), &VTABLE) })
}

/// # Safety
///
/// As for all functions of the table: `data` is the address of a header, and whoever calls has a reference to it, which
/// the functions that take a waker by value take.
unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: the caller has a reference.
    unsafe { header(data).as_ref() }.control().life.state.retain();
    RawWaker::new(data, &VTABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: as the caller promises.
    let header = unsafe { header(data) };
    // SAFETY: the caller has a reference. Nothing but the state is borrowed while it is given up.
    let woken = unsafe { Header::state(header).as_ref() }.wake();
    match woken {
        // SAFETY: we are the one who is to put it on a queue.
        Woken::Schedule => schedule(unsafe { Runnable::new(header) }),
        // SAFETY: the last reference was ours.
        Woken::Free => unsafe { free(header) },
        Woken::Nothing => {}
    }
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as the caller promises.
    let header = unsafe { header(data) };
    // SAFETY: the caller has a reference, and keeps it.
    if unsafe { header.as_ref() }.control().life.state.wake_by_ref() {
        // SAFETY: we are the one who is to put it on a queue.
        schedule(unsafe { Runnable::new(header) });
    }
}

unsafe fn release(data: *const ()) {
    // SAFETY: as the caller promises.
    let header = unsafe { header(data) };
    // SAFETY: the caller has a reference. Nothing but the state is borrowed while it is given up.
    if unsafe { Header::state(header).as_ref() }.release() {
        // SAFETY: it was the last.
        unsafe { free(header) };
    }
}

/// # Safety
///
/// `data` is the address of a header.
unsafe fn header(data: *const ()) -> NonNull<Header> {
    // SAFETY: the address of what is alive is not null.
    unsafe { NonNull::new_unchecked(data.cast_mut().cast()) }
}
