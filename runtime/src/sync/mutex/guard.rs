//! What a held mutex is.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::Mutex;
use crate::sync::permits::Held;

/// The right to use the data of a [`Mutex`]: dropped, it unlocks.
#[must_use = "the mutex is unlocked as soon as the guard is dropped: bind it, as in `let guard = ..`"]
pub struct MutexGuard<'a, T> {
    /// Dropped first: the data is free before the next one has its turn.
    data: async_lock::MutexGuard<'a, T>,
    held: Held<&'a Mutex<T>>,
}

/// The right to use the data of a [`Mutex`], whose ownership it shares: dropped, it unlocks.
///
/// It is a [`Resource`](crate::Resource): a [`with`](crate::with()) holds it until the exits inside have run,
/// also when the code is cancelled. In a plain local it is dropped before them.
#[must_use = "the mutex is unlocked as soon as the guard is dropped: bind it, as in `let guard = ..`"]
pub struct OwnedMutexGuard<T> {
    /// Dropped first: the data is free before the next one has its turn.
    data: async_lock::MutexGuardArc<T>,
    held: Held<Arc<Mutex<T>>>,
}

impl<'a, T> MutexGuard<'a, T> {
    pub(super) fn new(held: Held<&'a Mutex<T>>) -> Self {
        let Some(data) = held.of().data.try_lock() else {
            unreachable!("only who has the permit takes the data")
        };
        MutexGuard { data, held }
    }

    /// Returns the mutex.
    //
    // A function, as in std: a method would hide one of the data's.
    #[must_use]
    pub fn mutex(guard: &Self) -> &'a Mutex<T> {
        guard.held.of()
    }
}

impl<T> OwnedMutexGuard<T> {
    pub(super) fn new(held: Held<Arc<Mutex<T>>>) -> Self {
        let Some(data) = held.of().data.try_lock_arc() else {
            unreachable!("only who has the permit takes the data")
        };
        OwnedMutexGuard { data, held }
    }

    /// Returns the mutex.
    #[must_use]
    pub fn mutex(guard: &Self) -> &Arc<Mutex<T>> {
        guard.held.of()
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.data
    }
}

impl<T> Deref for OwnedMutexGuard<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T> DerefMut for OwnedMutexGuard<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.data
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for OwnedMutexGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
