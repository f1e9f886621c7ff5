//! What the two ends of a channel for one value share: a place for the value and one for whoever waits for it.
//!
//! # The protocol
//!
//! One end, the [`Giver`], acts once: it puts the value, or is dropped. The other, the [`Taker`], waits for that.
//! They agree on four bits:
//!
//! - `DONE`: the giver has acted. With `SENT`: the value is there. From then on the value is the taker's alone; before,
//!   it is the giver's.
//! - `WAITING`: there is a waiter to wake. Only the taker sets it, and only the taker clears it before `DONE`: then the
//!   waiter is the taker's again. After `DONE` the waiter is the giver's: it moves the waiter out, clears the bit, and
//!   wakes it then.
//! - `GONE`: the taker is dropped.
//!
//! The giver is *out* when it has done its last step on the memory: with `DONE` if nobody waited, and else when it has
//! cleared `WAITING`. The taker is out with its last step too. Whoever finds that the other one is out frees the memory:
//!
//! - the giver, if the step with which it goes out finds `GONE`;
//! - the taker, if it finds `DONE` and not `WAITING` when it is dropped.
//!
//! So nobody spins or locks, and each end does at most two read-modify-writes, most often one.
//!
//! Unsafe stands here because the two ends share memory that no counter keeps, and parts of it have but one owner at a
//! time. What comes from outside (a waker, a value) is cloned, woken and dropped while the bits say what is true, and
//! after the last use of the memory where that may be freed: it may panic, or come back in here.
#![allow(unsafe_code)]

use std::mem::{ManuallyDrop, MaybeUninit};
use std::ptr::NonNull;
use std::task::{Poll, Waker};

use crate::sync::atomic::{AtomicU8, Ordering, Track, UnsafeCell};
use crate::waits::{About, Grantee, Mark};

const SENT: u8 = 1;
const DONE: u8 = 2;
const WAITING: u8 = 4;
const GONE: u8 = 8;

struct Cell<T> {
    state: AtomicU8,
    /// Filled while `WAITING`, except for the moment in which the giver moves it out.
    waiter: UnsafeCell<MaybeUninit<Waiter>>,
    /// Filled from `SENT` on, until it is taken.
    value: UnsafeCell<MaybeUninit<T>>,
    _freed: Track<()>,
}

struct Waiter {
    waker: Waker,
    grantee: Grantee,
}

/// The end that puts the value.
pub(super) struct Giver<T>(NonNull<Cell<T>>);

/// The end that takes it.
pub(super) struct Taker<T> {
    cell: NonNull<Cell<T>>,
    taken: bool,
}

// SAFETY: the two ends may be on two threads: the protocol gives each part of the memory one owner at a time, and hands it
// over with release and acquire. A value and a waiter go from one thread to the other, and wakers are `Send`; what
// `Grantee` has in a debug build is as well, which `Waiter: Send` below checks.
unsafe impl<T: Send> Send for Giver<T> {}
// SAFETY: as above; and what a shared reference can do is to look at the bits.
unsafe impl<T: Send> Sync for Giver<T> {}
// SAFETY: as for `Giver`.
unsafe impl<T: Send> Send for Taker<T> {}
// SAFETY: as for `Giver`: whatever touches more than the bits takes `&mut self`.
unsafe impl<T: Send> Sync for Taker<T> {}

const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Waiter>();
};

/// Makes the two ends.
pub(super) fn pair<T>() -> (Giver<T>, Taker<T>) {
    let cell = Box::new(Cell {
        state: AtomicU8::new(0),
        waiter: UnsafeCell::new(MaybeUninit::uninit()),
        value: UnsafeCell::new(MaybeUninit::uninit()),
        _freed: Track::new(()),
    });
    let cell = NonNull::from(Box::leak(cell));
    (Giver(cell), Taker { cell, taken: false })
}

impl<T> Cell<T> {
    /// # Safety
    ///
    /// The value is the caller's, and is there. It is not there after that.
    unsafe fn take_value(&self) -> T {
        // SAFETY: nobody else has access to it, and it was written, as the caller says.
        self.value.with(|value| unsafe { (*value).assume_init_read() })
    }

    /// Copies what may be a waiter. Both ends may do so at once; one of them owns it.
    ///
    /// # Safety
    ///
    /// Nobody writes there meanwhile: the caller is the taker, or the giver, which has found `WAITING` with `DONE`.
    unsafe fn copy_waiter(&self) -> MaybeUninit<Waiter> {
        // SAFETY: nobody writes it, as the caller says; a `MaybeUninit` may be copied whatever it holds.
        self.waiter.with(|waiter| unsafe { waiter.read() })
    }
}

/// # Safety
///
/// The other end is out, and the caller does nothing with the memory after that. Nothing in it is owned by it.
unsafe fn free<T>(cell: NonNull<Cell<T>>) {
    // SAFETY: it comes from a `Box`, in `pair`, and this is the only one that frees it, for whoever goes out first does
    // not, and then there is only the other.
    drop(unsafe { Box::from_raw(cell.as_ptr()) });
}

impl<T> Giver<T> {
    /// Puts the value; gives it back if nobody can take it any more.
    pub(super) fn put(self, value: T) -> Result<(), T> {
        let Giver(cell) = *ManuallyDrop::new(self);
        // SAFETY: this end is not out yet, so that nobody has freed it.
        let this = unsafe { cell.as_ref() };
        // SAFETY: the value is the giver's until `DONE`.
        this.value.with_mut(|place| unsafe { (*place).write(value) });
        // Releases the value; acquires the waiter, or what the taker has done before it went.
        let before = this.state.fetch_or(DONE | SENT, Ordering::AcqRel);
        if before & GONE == 0 {
            // SAFETY: those were the bits before `DONE`.
            unsafe { leave(cell, before) };
            return Ok(());
        }
        // SAFETY: it was written above, and there is no taker who could have it.
        let value = unsafe { this.take_value() };
        // SAFETY: the taker was out, and it has taken its waiter along; the value is taken.
        unsafe { free(cell) };
        Err(value)
    }

    /// Whether nobody can take the value any more.
    pub(super) fn is_deserted(&self) -> bool {
        // SAFETY: this end is not out yet, so that nobody has freed it.
        let this = unsafe { self.0.as_ref() };
        this.state.load(Ordering::Relaxed) & GONE != 0
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        // SAFETY: this end is not out yet, so that nobody has freed it.
        let before = unsafe { self.0.as_ref() }.state.fetch_or(DONE, Ordering::AcqRel);
        if before & GONE == 0 {
            // SAFETY: those were the bits before `DONE`.
            unsafe { leave(self.0, before) };
        } else {
            // SAFETY: the taker was out, and it has taken its waiter along; there is no value.
            unsafe { free(self.0) };
        }
    }
}

/// The giver goes out, and wakes whoever waits.
///
/// # Safety
///
/// The giver has set `DONE` just now, and `before`, without `GONE`, were the bits before.
unsafe fn leave<T>(cell: NonNull<Cell<T>>, before: u8) {
    if before & WAITING == 0 {
        return; // it went out with `DONE`
    }
    // SAFETY: the taker does not free it, for it finds `WAITING`.
    let this = unsafe { cell.as_ref() };
    // SAFETY: it was filled before `WAITING`, which was acquired; with `DONE` it became the giver's, and nobody writes it.
    let waiter = unsafe { this.copy_waiter().assume_init() };
    // Releases the copy; acquires what the taker has done before it went.
    if this.state.fetch_and(!WAITING, Ordering::AcqRel) & GONE != 0 {
        // SAFETY: the taker is out, and the value, if there was one, it has taken along.
        unsafe { free(cell) };
    }
    waiter.grantee.granted();
    waiter.waker.wake();
}

impl<T> Taker<T> {
    fn this(&self) -> &Cell<T> {
        // SAFETY: this end is not out until it is dropped, so that nobody has freed it.
        unsafe { self.cell.as_ref() }
    }

    /// Takes what there is: `None` if there was no value, or it was taken before. Pending: there may be one yet, and
    /// then the waker is woken.
    pub(super) fn poll(&mut self, waker: &Waker, mark: &mut Mark) -> Poll<Option<T>> {
        let state = self.this().state.load(Ordering::Acquire);
        if state & DONE == 0 {
            self.wait(state, waker, mark)
        } else {
            Poll::Ready(self.take(state))
        }
    }

    /// Takes what there is, if it is known.
    pub(super) fn try_take(&mut self) -> Poll<Option<T>> {
        let state = self.this().state.load(Ordering::Acquire);
        if state & DONE == 0 { Poll::Pending } else { Poll::Ready(self.take(state)) }
    }

    /// Whether there is a value to take.
    pub(super) fn is_filled(&self) -> bool {
        !self.taken && self.this().state.load(Ordering::Relaxed) & SENT != 0
    }

    /// Lets a waiter wait, in the place of the one who waits already, if so. `state` is as it was found, without `DONE`.
    fn wait(&mut self, state: u8, waker: &Waker, mark: &mut Mark) -> Poll<Option<T>> {
        let this = self.this();
        let moved = mark.wait(|| About::NOTHING);
        let mut replaced = None;
        if state & WAITING != 0 {
            // SAFETY: this is the taker.
            let there = unsafe { this.copy_waiter() };
            // SAFETY: it is filled. It may be the giver's by now, and used up; but only its address is looked at.
            let same = unsafe { there.assume_init_ref() }.waker.will_wake(waker);
            if same && !moved {
                return Poll::Pending;
            }
            // It writes nothing that the giver reads: so there is nothing to release.
            match this.state.compare_exchange(WAITING, 0, Ordering::Relaxed, Ordering::Acquire) {
                // SAFETY: without `WAITING` it is the taker's again; it is filled.
                Ok(_) => replaced = Some(unsafe { there.assume_init() }),
                Err(done) => return Poll::Ready(self.take(done)),
            }
        }
        let waiter = Waiter { waker: waker.clone(), grantee: mark.grantee() };
        // SAFETY: without `WAITING` the place is the taker's, and empty.
        this.waiter.with_mut(|place| unsafe { (*place).write(waiter) });
        // Releases the waiter, or acquires the value.
        let polled =
            match this.state.compare_exchange(0, WAITING, Ordering::Release, Ordering::Acquire) {
                Ok(_) => Poll::Pending,
                Err(done) => {
                    // SAFETY: the giver has not found `WAITING`, so the waiter stays the taker's. It was written above.
                    replaced = Some(unsafe { this.copy_waiter().assume_init() });
                    Poll::Ready(self.take(done))
                }
            };
        drop(replaced);
        polled
    }

    /// Takes the value, if there is one. `state` is as it was acquired, with `DONE`.
    fn take(&mut self, state: u8) -> Option<T> {
        if state & SENT == 0 || self.taken {
            return None;
        }
        self.taken = true;
        // SAFETY: with `DONE` the value is the taker's; with `SENT` it is there, unless it was taken.
        Some(unsafe { self.this().take_value() })
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        let mut state = self.this().state.load(Ordering::Acquire);
        if state & DONE == 0 {
            // SAFETY: this is the taker.
            let waiter = unsafe { self.this().copy_waiter() };
            let gone = self.this().state.compare_exchange(
                state,
                GONE,
                Ordering::Release, // the giver frees what was read here
                Ordering::Acquire,
            );
            match gone {
                Ok(_) if state & WAITING != 0 => {
                    // SAFETY: without `WAITING` it is the taker's, which has a copy of it; it was filled.
                    drop(unsafe { waiter.assume_init() });
                    return;
                }
                Ok(_) => return,
                Err(done) => state = done, // and what was copied is the giver's
            }
        }
        let value = self.take(state);
        if state & WAITING == 0 || self.this().state.fetch_or(GONE, Ordering::AcqRel) & WAITING == 0
        {
            // SAFETY: the giver was out, and it has moved out a waiter, if there was one; the value is taken.
            unsafe { free(self.cell) };
        }
        drop(value);
    }
}
