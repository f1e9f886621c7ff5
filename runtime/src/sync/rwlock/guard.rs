//! What a held lock for readers and writers is.

use std::sync::Arc;

use super::RwLock;
use crate::sync::guard::{guard, guard_mut};

guard! {
    /// The right to read the data of an [`RwLock`]: dropped, it unlocks.
    RwLockReadGuard<'a, T> {
        of: &'a RwLock<T>,
        rwlock -> &'a RwLock<T>,
    }
}

guard_mut! {
    /// The right to change the data of an [`RwLock`]: dropped, it unlocks.
    RwLockWriteGuard<'a, T> {
        of: &'a RwLock<T>,
        rwlock -> &'a RwLock<T>,
    }
}

guard! {
    /// The right to read the data of an [`RwLock`], whose ownership it shares: dropped, it unlocks.
    ///
    /// It is a [`Resource`](crate::Resource): a [`with`](crate::with()) holds it until the exits inside have
    /// run, also when the code is cancelled. In a plain local it is dropped before them.
    OwnedRwLockReadGuard<T> {
        of: Arc<RwLock<T>>,
        rwlock -> &Arc<RwLock<T>>,
    }
}

guard_mut! {
    /// The right to change the data of an [`RwLock`], whose ownership it shares: dropped, it unlocks.
    ///
    /// It is a [`Resource`](crate::Resource): a [`with`](crate::with()) holds it until the exits inside have
    /// run, also when the code is cancelled. In a plain local it is dropped before them.
    OwnedRwLockWriteGuard<T> {
        of: Arc<RwLock<T>>,
        rwlock -> &Arc<RwLock<T>>,
    }
}

impl<'a, T> RwLockWriteGuard<'a, T> {
    /// Goes on as a reader: no writer comes in between.
    ///
    /// # Fairness
    ///
    /// Readers that wait and have no writer before them come in.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::sync::{RwLock, RwLockWriteGuard};
    ///
    /// # taipan::run(async {
    /// let lock = RwLock::new(1);
    /// let mut guard = lock.write().await;
    /// *guard = 2;
    /// let guard = RwLockWriteGuard::downgrade(guard);
    /// assert_eq!((*guard, *lock.read().await), (2, 2));
    /// # });
    /// ```
    pub fn downgrade(guard: Self) -> RwLockReadGuard<'a, T> {
        let mut held = guard.held;
        held.shrink(1);
        RwLockReadGuard::new(held)
    }
}

impl<T> OwnedRwLockWriteGuard<T> {
    /// Goes on as a reader: no writer comes in between.
    ///
    /// # Fairness
    ///
    /// Readers that wait and have no writer before them come in.
    pub fn downgrade(guard: Self) -> OwnedRwLockReadGuard<T> {
        let mut held = guard.held;
        held.shrink(1);
        OwnedRwLockReadGuard::new(held)
    }
}
