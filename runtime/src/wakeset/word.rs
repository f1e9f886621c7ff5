//! The children of one word, and their wakers, which need no allocation of their own.
//!
//! A word stands at a multiple of [`ALIGN`], and is as long at least. So the address of its byte number `n` names the
//! word and its child number `n`: that address is the data of the child's waker. A waker that is cloned counts as a
//! reference to the word; one that is [lent](Word::lend) borrows the parent's.
//!
//! This file is unsafe because a waker of std's making points to an allocation of its own. One for each child, made and
//! freed, takes twice as many instructions as all the rest of a child that yields once.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicUsize, Ordering};
#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Parent;

/// So many children stand in a word.
pub(super) const BITS: usize = usize::BITS as usize;

/// The address of a word is a multiple of this.
const ALIGN: usize = 64;

#[repr(align(64))]
pub(super) struct Word {
    /// A bit for each child: woken since the word was last taken.
    woken: AtomicUsize,
    parent: Arc<Parent>,
}

// Every child has a byte, and no byte of a word is at a multiple of `ALIGN` but those that begin as many bytes.
const _: () = assert!(align_of::<Word>() == ALIGN && BITS <= ALIGN && ALIGN <= size_of::<Word>());

impl Word {
    pub(super) fn new(parent: Arc<Parent>) -> Self {
        Word { woken: AtomicUsize::new(0), parent }
    }

    /// Takes the bits of the woken children.
    #[inline]
    pub(super) fn take(&self) -> usize {
        // Many words have none, and to look is cheaper than to swap.
        match self.woken.load(Ordering::Relaxed) {
            0 => 0,
            _ => self.woken.swap(0, Ordering::Acquire),
        }
    }

    #[inline]
    fn wake(&self, index: usize) {
        let before = self.woken.fetch_or(1 << index, Ordering::Release);
        if before == 0 {
            self.parent.wake();
        }
    }

    /// Lends the waker of one child.
    #[inline]
    pub(super) fn lend(word: &Arc<Word>, index: usize) -> Lent<'_> {
        assert!(index < BITS);
        let data = Arc::as_ptr(word).wrapping_byte_add(index).cast();
        // SAFETY: `VTABLE` keeps the contract of `RawWaker` for the data of a child (see there), which this is: `word`
        // is an `Arc`, and `index` is below `BITS`. Its functions may be called from any thread, as `Word` is `Send`
        // and `Sync`. The waker stands for no reference of its own. It needs none: it is never woken by value, and
        // never dropped, because only `&Waker` is given away, and it lives no longer than the borrow of `word`.
        let waker = unsafe { Waker::new(data, &VTABLE) };
        Lent { waker: ManuallyDrop::new(waker), word: PhantomData }
    }
}

/// The waker of a child, as long as its word is borrowed.
pub(super) struct Lent<'a> {
    waker: ManuallyDrop<Waker>,
    word: PhantomData<&'a Arc<Word>>,
}

impl Deref for Lent<'_> {
    type Target = Waker;

    #[inline]
    fn deref(&self) -> &Waker {
        &self.waker
    }
}

/// The functions of a child's waker. Its data is made in [`Word::lend`] only, from what `Arc::as_ptr` gives of a word,
/// and passed on in `clone`. While a waker with that data lives, that word has a reference: the waker's own, or the one
/// that it was lent of.
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop);

/// The word and the number of the child that the data of a waker names.
#[inline]
fn split(data: *const ()) -> (*const Word, usize) {
    let index = data.addr() % ALIGN;
    (data.wrapping_byte_sub(index).cast(), index)
}

/// # Safety
///
/// `data` is that of a waker with this [`VTABLE`] that lives.
unsafe fn clone(data: *const ()) -> RawWaker {
    let (word, _) = split(data);
    // SAFETY: `word` is what `Arc::as_ptr` gave, and that `Arc` has a reference as long as the waker lives; the new one
    // belongs to the new waker.
    unsafe { Arc::increment_strong_count(word) };
    RawWaker::new(data, &VTABLE)
}

/// # Safety
///
/// `data` is that of a waker with this [`VTABLE`] that has a reference of its own, and ends here.
unsafe fn wake(data: *const ()) {
    let (word, index) = split(data);
    // SAFETY: `word` is what `Arc::as_ptr` gave, and the reference of the waker passes on to this `Arc`.
    let word = unsafe { Arc::from_raw(word) };
    word.wake(index);
}

/// # Safety
///
/// `data` is that of a waker with this [`VTABLE`] that lives.
unsafe fn wake_by_ref(data: *const ()) {
    let (word, index) = split(data);
    // SAFETY: `word` points to the inside of an `Arc` that has a reference as long as the waker lives, and nobody has
    // it by `&mut`.
    let word = unsafe { &*word };
    word.wake(index);
}

/// # Safety
///
/// `data` is that of a waker with this [`VTABLE`] that has a reference of its own, and ends here.
unsafe fn drop(data: *const ()) {
    let (word, _) = split(data);
    // SAFETY: `word` is what `Arc::as_ptr` gave, and the reference of the waker passes on to this `Arc`.
    mem::drop(unsafe { Arc::from_raw(word) });
}
