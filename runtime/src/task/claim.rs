//! What a handle has of a task that runs on any worker: a claim to its output.
//!
//! Unsafe stands here because the output, and the place for the awaiter's waker, lie in the task's allocation: whose they
//! are is told by its state (rules 4 and 5 there).
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::{self, NonNull};
use std::task::{Context, Poll, Waker};

use super::cell::{Header, foreign, release};
use super::control::Control;
use super::ended::Ended;
use super::life::Owner;
use super::state::HasEnded;

/// A reference to a task, and the claim to its output.
pub(super) struct Claim<T> {
    header: NonNull<Header>,
    /// Whether the output has been taken, or given up.
    taken: bool,
    _output: PhantomData<T>,
}

// SAFETY: what it gives is a `T`, and that is sent with it; all else is the control block, which is `Sync`, and a
// waker, which is `Send`.
unsafe impl<T: Send> Send for Claim<T> {}
// SAFETY: a shared one gives the control block only.
unsafe impl<T> Sync for Claim<T> {}
// The output does not lie in it.
impl<T> Unpin for Claim<T> {}
// A task that panics leaves nothing half done behind.
impl<T> UnwindSafe for Claim<T> {}
impl<T> RefUnwindSafe for Claim<T> {}

impl<T> Claim<T> {
    /// # Safety
    ///
    /// The reference, and the output, are nobody else's; the task's output is a `T`.
    pub(super) unsafe fn new(header: NonNull<Header>) -> Self {
        Claim { header, taken: false, _output: PhantomData }
    }

    pub(super) fn control(&self) -> &Control {
        // SAFETY: the claim has a reference.
        unsafe { self.header.as_ref() }.control()
    }

    /// Ready when the task has ended, with its output, which is there once.
    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<Ended<T>> {
        assert!(!self.taken, "a task's output is there once");
        match self.wait(cx) {
            Ok(()) => Poll::Pending,
            // SAFETY: the task has ended, and the output was not taken.
            Err(HasEnded) => Poll::Ready(unsafe { self.take() }),
        }
    }

    /// Leaves the waker to be woken at the end.
    fn wait(&self, cx: &Context<'_>) -> Result<(), HasEnded> {
        let state = &self.control().life.state;
        if self.control().has_ended() {
            return Err(HasEnded);
        }
        if state.is_awaited() {
            // SAFETY: a waker was put there, and nobody writes to the place as long as the mark stands, which only we take
            // away. Should the task end meanwhile, and the waker be woken and be gone, its parts can be read all the
            // same.
            let known = unsafe { (*self.place()).assume_init_ref() };
            let ours = cx.waker();
            if known.data() == ours.data() && ptr::eq(known.vtable(), ours.vtable()) {
                return Ok(());
            }
        }
        let waker = cx.waker().clone();
        let before = if state.is_awaited() { Some(self.take_back()?) } else { None };
        // SAFETY: the mark is not there, so the place is ours.
        unsafe { *self.place() = MaybeUninit::new(waker) };
        let put = state.put_awaiter().inspect_err(|HasEnded| {
            // SAFETY: the end came before the mark: the place is still ours, and the waker in it.
            drop(unsafe { (*self.place()).assume_init_read() });
        });
        foreign(|| drop(before));
        put
    }

    /// Takes the waker back, which was put there.
    fn take_back(&self) -> Result<Waker, HasEnded> {
        self.control().life.state.take_awaiter()?;
        // SAFETY: a waker was put there, and the mark was taken away before the end: the place is ours.
        Ok(unsafe { (*self.place()).assume_init_read() })
    }

    fn place(&self) -> *mut MaybeUninit<Waker> {
        // SAFETY: the claim has a reference.
        unsafe { self.header.as_ref() }.awaiter.get()
    }

    /// # Safety
    ///
    /// The task has ended, and the output was not taken.
    unsafe fn take(&mut self) -> Ended<T> {
        self.taken = true;
        // SAFETY: an output is there, of this type, and ours.
        unsafe { Header::output(self.header).cast::<Ended<T>>().read() }
    }

    /// Gives up the claim: the output is `owner`'s. If the task has ended, it is given instead, if it was not taken.
    pub(super) fn give_up(mut self, owner: Owner) -> Option<Ended<T>> {
        if self.taken {
            return None;
        }
        if self.hand_over(owner).is_ok() {
            mem::forget(self); // with its reference
            return None;
        }
        // SAFETY: the task has ended, and the output was not taken.
        Some(unsafe { self.take() })
    }

    /// Makes the output `owner`'s, and gives up the reference.
    #[inline]
    fn hand_over(&mut self, owner: Owner) -> Result<(), HasEnded> {
        let control = self.control();
        let state = &control.life.state;
        if state.is_awaited() && !control.has_ended() {
            let awaiter = self.take_back()?;
            foreign(|| drop(awaiter));
        }
        if let Owner::Nobody = owner {
            return state.disown();
        }
        if !control.disown(owner) {
            return Err(HasEnded);
        }
        // SAFETY: the reference is the claim's, which is used no more.
        unsafe { release(self.header) };
        Ok(())
    }
}

impl<T> Drop for Claim<T> {
    #[inline]
    fn drop(&mut self) {
        // Most often the task runs on, and nobody has ever awaited it.
        if self.taken || !self.control().life.state.try_disown() {
            self.drop_slowly();
        }
    }
}

impl<T> Claim<T> {
    fn drop_slowly(&mut self) {
        let untaken = match self.taken {
            true => None,
            false => match self.hand_over(Owner::Nobody) {
                Ok(()) => return,
                // SAFETY: the task has ended, and the output was not taken.
                Err(HasEnded) => Some(unsafe { self.take() }),
            },
        };
        // SAFETY: the reference is the claim's, which is used no more.
        unsafe { release(self.header) };
        drop(untaken);
    }
}
