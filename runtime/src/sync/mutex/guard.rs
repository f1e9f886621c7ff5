//! What a held mutex is.

use std::sync::Arc;

use super::Mutex;
use crate::sync::guard::guard_mut;

guard_mut! {
    /// The right to use the data of a [`Mutex`]: dropped, it unlocks.
    MutexGuard<'a, T> {
        of: &'a Mutex<T>,
        mutex -> &'a Mutex<T>,
    }
}

guard_mut! {
    /// The right to use the data of a [`Mutex`], whose ownership it shares: dropped, it unlocks.
    ///
    /// It is a [`Resource`](crate::Resource): a [`with`](crate::with()) holds it until the exits inside have
    /// run, also when the code is cancelled. In a plain local it is dropped before them.
    OwnedMutexGuard<T> {
        of: Arc<Mutex<T>>,
        mutex -> &Arc<Mutex<T>>,
    }
}
