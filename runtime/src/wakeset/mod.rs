//! Polls only woken children: N child wakers over the one waker of their parent.
//!
//! # The protocol
//!
//! The children stand in words of [`BITS`]. A child's waker names its word and its bit in it. Woken, it sets its bit. If
//! its word was empty before, it then takes the parent's waker, if that is there, and wakes it. The parent works in
//! rounds:
//!
//! 1. it puts its waker there;
//! 2. word by word, it swaps the bits for zero and polls the children it finds.
//!
//! A wake is never lost. The bit is set before the lock that takes the waker, and the waker is put
//! there, under that lock, before any word is swapped. So a child that finds no waker stands before
//! the next round, which sees its bit; and whoever took the waker wakes the parent into that round. A child that finds it
//! wakes the parent itself, even in the middle of a round, even if its word has been swapped already. A child that finds
//! others in its word leaves all of this to the first of them: that one came after the last swap, and so the round that
//! it brings about comes to this word after both of them.
//!
//! The same holds for a word that is found empty, and is not swapped: whoever sets a bit that the round does not see takes
//! the lock after the round has put its waker there.
//!
//! A parent is woken at most once a round: only the next round puts the waker back.
//
// 1. `word`: the children of one word, and their wakers.

#[cfg(all(test, taipan_loom))]
mod model;
#[cfg(all(test, not(taipan_loom)))]
mod tests;
mod word;

use std::iter;
use std::ops::Deref;
use std::sync::{Arc, PoisonError};
use std::task::Waker;

#[cfg(taipan_loom)]
use loom::sync::Mutex;
#[cfg(not(taipan_loom))]
use std::sync::Mutex;

use word::{BITS, Word};

/// From this many children up, a waker for each costs less than polling them all.
pub(crate) const WIDE: usize = 30;

/// The wakers of a fixed number of children.
pub(crate) struct WakeSet {
    words: Box<[Arc<Word>]>,
    parent: Arc<Parent>,
}

/// The parent's waker: there from the beginning of a round until the first wake after it.
struct Parent(Mutex<Option<Waker>>);

impl WakeSet {
    /// Starts with no child woken.
    pub(crate) fn new(children: usize) -> Self {
        let parent = Arc::new(Parent(Mutex::new(None)));
        let word = || Arc::new(Word::new(Arc::clone(&parent)));
        let words = iter::repeat_with(word).take(children.div_ceil(BITS)).collect();
        WakeSet { words, parent }
    }

    /// Begins a round: the first wake from now on wakes `parent`. Gives the woken children, lowest
    /// index first; the parent polls them all before it waits.
    pub(crate) fn begin(&self, parent: &Waker) -> Woken<'_> {
        let before = self.parent.replace(Some(parent.clone()));
        drop(before); // outside the lock: a waker's destructor is foreign code
        Woken { words: &self.words, word: 0, bits: 0 }
    }

    /// Lends the waker of one child.
    #[inline]
    pub(crate) fn waker(&self, index: usize) -> impl Deref<Target = Waker> {
        Word::lend(&self.words[index / BITS], index % BITS)
    }
}

/// The woken children of a round.
pub(crate) struct Woken<'a> {
    words: &'a [Arc<Word>],
    /// How many words have been taken.
    word: usize,
    /// Those of the last one that were not given yet.
    bits: usize,
}

impl Iterator for Woken<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.bits = self.words.get(self.word)?.take();
            self.word += 1;
        }
        let bit = self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1; // clears the lowest bit
        Some((self.word - 1) * BITS + bit)
    }
}

impl Drop for WakeSet {
    fn drop(&mut self) {
        // A child's waker may live on somewhere; it must not keep the parent alive.
        drop(self.parent.replace(None));
    }
}

impl Parent {
    fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, waker)
    }

    #[cold]
    fn wake(&self) {
        if let Some(waker) = self.replace(None) {
            waker.wake();
        }
    }
}
