//! Guards of std that are kept while the task waits.

use std::cell::{Ref, RefMut};
use std::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

use super::{Nothing, value};

value!();

impl Nothing {
    pub fn held_across_await(&self) {}
}

impl<G: Lock> Value<'_, G> {
    #[deprecated(
        note = "this guard is held across an `.await`, and whoever locks meanwhile holds up its thread, or waits for ever: \
                drop it before, or use `taipan::sync::Mutex` or `taipan::sync::RwLock`"
    )]
    pub fn held_across_await(&self) {}
}

/// A guard, or what comes of the call that locks.
pub trait Lock {}

impl<G: Lock, E> Lock for Result<G, E> {}
impl<G: Lock> Lock for Option<G> {}

impl<T: ?Sized> Lock for MutexGuard<'_, T> {}
impl<T: ?Sized> Lock for RwLockReadGuard<'_, T> {}
impl<T: ?Sized> Lock for RwLockWriteGuard<'_, T> {}
impl<T: ?Sized> Lock for Ref<'_, T> {}
impl<T: ?Sized> Lock for RefMut<'_, T> {}
