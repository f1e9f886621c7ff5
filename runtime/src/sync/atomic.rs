//! What lock-free code is made of: std's, or loom's in a model.

pub(super) use std::sync::atomic::Ordering;

#[cfg(taipan_loom)]
pub(super) use loom::{alloc::Track, cell::UnsafeCell, sync::atomic::AtomicU8};
#[cfg(not(taipan_loom))]
pub(super) use std::sync::atomic::AtomicU8;

/// Data whose access the code around it keeps in order: std's, with the interface of loom's, which checks the order.
#[cfg(not(taipan_loom))]
pub(super) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(taipan_loom))]
impl<T> UnsafeCell<T> {
    pub(super) const fn new(data: T) -> Self {
        UnsafeCell(std::cell::UnsafeCell::new(data))
    }

    /// Gives the address to read at.
    #[inline(always)]
    pub(super) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    /// Gives the address to write at.
    #[inline(always)]
    pub(super) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}

/// A value that must be dropped: loom's finds it out if it is not.
#[cfg(not(taipan_loom))]
pub(super) struct Track<T>(T);

#[cfg(not(taipan_loom))]
impl<T> Track<T> {
    #[inline(always)]
    pub(super) const fn new(value: T) -> Self {
        Track(value)
    }
}
