//! The answer of a group that takes no more children.

use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A group took no child, because it has not begun, is ending, or has ended: it holds the future.
///
/// # Examples
///
/// ```
/// use taipan::TaskGroup;
///
/// let group = TaskGroup::new();
/// let closed = group.try_spawn(async {}).unwrap_err();
/// assert_eq!(closed.to_string(), "the task group takes no children: it has not begun, or it is ending");
/// let _future = closed.into_inner();
/// ```
pub struct Closed<F> {
    /// Under a lock only because a future need not be `Sync`, and an error should be.
    future: Mutex<F>,
}

impl<F> Closed<F> {
    pub(super) fn new(future: F) -> Self {
        Closed { future: Mutex::new(future) }
    }

    /// Returns the future that was not spawned.
    pub fn into_inner(self) -> F {
        self.future.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F> fmt::Debug for Closed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Closed(..)")
    }
}

impl<F> fmt::Display for Closed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task group takes no children: it has not begun, or it is ending")
    }
}

impl<F> Error for Closed<F> {}
