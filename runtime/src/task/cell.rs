//! A task's allocation: its control block, and its future, whose place its output takes at the end.
//!
//! # The protocol
//!
//! Who may do what is told by the word in the control block: read `state` first.
//!
//! 1. The future is polled and dropped by whoever took the task from a queue, and by nobody else.
//! 2. The future is dropped while the task is still on the list of live tasks; then it goes off the list, and only then
//!    is anybody told of the end. So what has ended is never listed.
//! 3. The output is put where the future was before the end is told. Its owner takes it before he gives up his reference;
//!    so when the memory is freed nothing is there any more.
//! 4. A panic of the future's, of its destructor's, or of a waker that is woken at the end, ends nobody else.
//!
//! Unsafe stands here because all that is told by the word, and not by the compiler.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::mem::{ManuallyDrop, MaybeUninit, needs_drop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::claim::Claim;
use super::control::Control;
use super::core::Core;
use super::ended::{Ended, Unread, contain, settle};
use super::life::Owner;
use super::ready::schedule;
use super::root::{self, unlist};
use super::runnable::Runnable;
use super::state::{Completed, ENDED, State};
use super::waker;
use crate::info::Identity;
use crate::local::Within;
use crate::scope::Scope;

/// What is the same for every task, whatever its future is.
#[repr(C)] // the block's address is the header's
pub(super) struct Header {
    control: Control,
    /// The place for the waker of whoever awaits the task: see rule 4 of `state`.
    pub(super) awaiter: UnsafeCell<MaybeUninit<Waker>>,
    functions: &'static Functions,
}

/// What depends on the future's type. Each takes the header of a task of that type, which is alive.
struct Functions {
    run: unsafe fn(NonNull<Header>),
    discard: unsafe fn(NonNull<Header>),
    output: unsafe fn(NonNull<Header>) -> NonNull<()>,
    free: unsafe fn(NonNull<Header>),
}

#[repr(C)] // the header's address is the cell's
struct Cell<F: Future> {
    header: Header,
    stage: UnsafeCell<Stage<F>>,
}

/// Which it is, is told by the control block.
union Stage<F: Future> {
    future: ManuallyDrop<Scope<Within<F>>>,
    output: ManuallyDrop<Ended<F::Output>>,
}

/// Makes a task of a future, which is on no queue yet.
pub(super) fn allocate<F>(
    core: Arc<Core>,
    identity: Identity,
    future: F,
) -> (Runnable, Claim<F::Output>)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let functions = const {
        &Functions {
            run: run::<F>,
            discard: discard::<F>,
            output: output::<F>,
            free: free_cell::<F>,
        }
    };
    let cell = Box::into_raw(Box::<Cell<F>>::new_uninit()).cast::<Cell<F>>();
    // Each field by itself: so the future is moved once.
    // SAFETY: the memory is ours, for a value of this type, and each of its fields is written.
    unsafe {
        (&raw mut (*cell).header).write(Header {
            control: Control::with(State::in_cell(), core, identity),
            awaiter: UnsafeCell::new(MaybeUninit::uninit()),
            functions,
        });
        let future = ManuallyDrop::new(Scope::new(Within::inherit(future)));
        (&raw mut (*cell).stage).write(UnsafeCell::new(Stage { future }));
    }
    let _ = cell.expose_provenance(); // for `waker::in_cell`
    // SAFETY: a box has an address.
    let header = unsafe { NonNull::new_unchecked(cell) }.cast::<Header>();
    // SAFETY: `unlist` is called in `end`, which every task comes to before it is freed: the task's own reference is given
    // up there.
    unsafe { root::list(header.as_ref().control()) };
    // SAFETY: in its first state the task is scheduled, and has a reference for its handle.
    unsafe { (Runnable::new(header), Claim::new(header)) }
}

impl Header {
    pub(super) fn control(&self) -> &Control {
        &self.control
    }

    /// The state by itself: to be used where a reference is given up, for what lies beside it may be gone before the call
    /// returns.
    ///
    /// # Safety
    ///
    /// The header is alive.
    #[inline]
    pub(super) unsafe fn state(header: NonNull<Header>) -> NonNull<State> {
        // SAFETY: it is a field of what is alive.
        unsafe { NonNull::new_unchecked(&raw mut (*header.as_ptr()).control.life.state) }
    }

    /// Polls the task.
    ///
    /// # Safety
    ///
    /// The task is scheduled, and was taken from its queue by the caller.
    #[inline]
    pub(super) unsafe fn run(header: NonNull<Header>) {
        // SAFETY: it is alive; the rest the caller promises.
        unsafe { (header.as_ref().functions.run)(header) };
    }

    /// Cancels the task without its exits.
    ///
    /// # Safety
    ///
    /// As for `run`.
    pub(super) unsafe fn discard(header: NonNull<Header>) {
        // SAFETY: as in `run`.
        unsafe { (header.as_ref().functions.discard)(header) };
    }

    /// Where the output is, an `Ended` of the type that the future gives.
    ///
    /// # Safety
    ///
    /// The task has ended, and the caller owns the output.
    pub(super) unsafe fn output(header: NonNull<Header>) -> NonNull<()> {
        // SAFETY: it is alive.
        unsafe { (header.as_ref().functions.output)(header) }
    }
}

/// Frees the memory.
///
/// # Safety
///
/// The caller gave up the last reference.
#[inline]
pub(super) unsafe fn free(header: NonNull<Header>) {
    // SAFETY: nobody else can have freed it.
    unsafe { (header.as_ref().functions.free)(header) };
}

/// # Safety
///
/// As for `free`.
unsafe fn free_cell<F: Future>(header: NonNull<Header>) {
    // SAFETY: `allocate` made it as a box of this type; nobody has a reference.
    drop(unsafe { Box::from_raw(header.cast::<Cell<F>>().as_ptr()) });
}

/// Where the future is, or the output.
///
/// # Safety
///
/// The task is alive and of this type.
#[inline]
unsafe fn stage<F: Future>(header: NonNull<Header>) -> *mut Stage<F> {
    // SAFETY: as the caller promises.
    UnsafeCell::raw_get(unsafe { &raw const (*header.cast::<Cell<F>>().as_ptr()).stage })
}

unsafe fn output<F: Future>(header: NonNull<Header>) -> NonNull<()> {
    // SAFETY: the header is alive, and of this type.
    unsafe { NonNull::new_unchecked(stage::<F>(header)) }.cast()
}

/// # Safety
///
/// As for `Header::run`; the task is of this type.
unsafe fn run<F>(header: NonNull<Header>)
where
    F: Future<Output: Send + 'static>,
{
    // SAFETY: it is alive: the task has a reference until its end, which is nobody else's to tell while it runs.
    let (control, waker) = unsafe { (&header.as_ref().control, waker::borrowed(header)) };
    control.life.state.start();
    // SAFETY: the task has not ended, and so the future is there. It is ours alone while the task runs, and does not move
    // until it is dropped.
    let scope = unsafe { Pin::new_unchecked(&mut *(*stage::<F>(header)).future) };
    let mut cx = Context::from_waker(&waker);
    let polled = catch_unwind(AssertUnwindSafe(|| {
        root::poll(scope, control, &mut cx, |ended| match control.life.heir() {
            Some(heir) => {
                let dropped = matches!((&heir, &ended), (Owner::Nobody, Ended::Value(_)));
                if dropped && !needs_drop::<F::Output>() {
                    return Ended::Settled;
                }
                // Whoever is told of it, and a destructor, finds that it has ended.
                control.life.state.mark(ENDED);
                settle(heir, ended, control)
            }
            None => ended,
        })
    }));
    let ended = match polled {
        Ok(Poll::Ready(ended)) => ended,
        Ok(Poll::Pending) => {
            if control.life.state.rest() {
                // SAFETY: it was scheduled meanwhile, and nobody put it on a queue.
                schedule(unsafe { Runnable::new(header) });
            }
            return;
        }
        Err(payload) => Ended::Panicked(Unread::new(payload, control)),
    };
    // SAFETY: it runs, and its future has ended.
    unsafe { end::<F>(header, ended) };
}

/// # Safety
///
/// As for `Header::discard`; the task is of this type.
#[cold]
unsafe fn discard<F>(header: NonNull<Header>)
where
    F: Future<Output: Send + 'static>,
{
    // SAFETY: it is alive, as in `run`.
    unsafe { header.as_ref() }.control.life.state.start();
    // SAFETY: it runs.
    unsafe { end::<F>(header, Ended::Cancelled) };
}

/// Drops the future, and tells of the end.
///
/// # Safety
///
/// The task runs, by the caller, and is of this type. It may be gone afterwards.
#[inline]
unsafe fn end<F>(header: NonNull<Header>, ended: Ended<F::Output>)
where
    F: Future<Output: Send + 'static>,
{
    // SAFETY: it is alive, as in `run`.
    let control = unsafe { &header.as_ref().control };
    // SAFETY: the future is there, as in `run`.
    let future = unsafe { &mut (*stage::<F>(header)).future };
    if !future.is_over() {
        // SAFETY: it is not used any more.
        contain(control, || unsafe { ManuallyDrop::drop(future) });
    }
    // SAFETY: `allocate` listed it, and a task ends once.
    unsafe { unlist(control) };
    let settled = matches!(ended, Ended::Settled);
    // SAFETY: the future is gone, and the place is still the task's.
    unsafe { (*stage::<F>(header)).output = ManuallyDrop::new(ended) };
    // SAFETY: it is alive. Nothing but the state is borrowed while the reference is given up.
    match unsafe { Header::state(header).as_ref() }.complete(settled) {
        Completed::Released { last: false } => {}
        // SAFETY: the last reference was the task's.
        Completed::Released { last: true } => unsafe { free_cell::<F>(header) },
        Completed::Awaited => {
            // SAFETY: the place is taken, and with the end it is ours. The handle reads it at most.
            let awaiter = unsafe { (*header.as_ref().awaiter.get()).assume_init_read() };
            // SAFETY: the task's reference is given up here, once.
            unsafe { release(header) };
            foreign(|| awaiter.wake());
        }
        Completed::Disowned => {
            // SAFETY: the handle was given up before the end: so the output is the task's.
            let ended = unsafe { ManuallyDrop::take(&mut (*stage::<F>(header)).output) };
            // SAFETY: it is alive: the task's reference is still there.
            let control = unsafe { &header.as_ref().control };
            if let Some(heir) = control.life.heir() {
                contain(control, || drop(settle(heir, ended, control)));
            }
            // SAFETY: the task's reference is given up here, once.
            unsafe { release(header) };
        }
    }
}

/// Calls a waker, which may be anybody's: that it panics is not the task's fault, nor that of whoever polls the task. The
/// panic hook has printed it.
pub(super) fn foreign(call: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(call));
}

/// Gives up a reference.
///
/// # Safety
///
/// The caller has one.
#[inline]
pub(super) unsafe fn release(header: NonNull<Header>) {
    // SAFETY: it is alive. Nothing but the state is borrowed while the reference is given up.
    if unsafe { Header::state(header).as_ref() }.release() {
        // SAFETY: it was the last.
        unsafe { free(header) };
    }
}

#[cfg(all(test, target_pointer_width = "64", not(debug_assertions), not(taipan_loom)))]
mod tests {
    use super::*;

    /// What a task takes beside its future, but for the allocator. (Debug builds write down more.)
    #[test]
    fn a_task_is_small() {
        fn beyond<F: Future<Output = ()>>(future: F) -> usize {
            size_of::<Cell<F>>() - size_of_val(&future)
        }
        let sleep = || crate::sleep(std::time::Duration::ZERO);
        assert_eq!(beyond(async move { sleep().await }), 136);
        assert_eq!(size_of::<Ended<u64>>(), 16); // it lies where the future lay
    }
}
