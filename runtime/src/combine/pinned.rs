//! Values of one type in one allocation, each of them pinned.
//!
//! Unsafe, because std has no projection from a pinned slice to an element. With a box for each child its allocation
//! would be the greater part of what a short child costs.
#![allow(unsafe_code)]

use std::pin::Pin;

/// A fixed number of values that stay where they are until they are dropped.
pub(super) struct Pinned<T>(Pin<Box<[T]>>);

impl<T> Pinned<T> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// # Panics
    ///
    /// Panics if there are not so many.
    #[inline]
    pub(super) fn get(&mut self, index: usize) -> Pin<&mut T> {
        // SAFETY: an element is pinned because the slice is. Nothing here moves it, or gives it away by `&mut T`: `get`
        // is the only way to it. It is dropped in its place, by the box. A slice has no destructor of its own that
        // could move it before, and is `Unpin` only if its elements are.
        unsafe { self.0.as_mut().map_unchecked_mut(|values| &mut values[index]) }
    }
}

impl<T> FromIterator<T> for Pinned<T> {
    #[inline]
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Pinned(Box::into_pin(values.into_iter().collect()))
    }
}
