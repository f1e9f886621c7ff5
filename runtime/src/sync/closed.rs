//! The answers of what takes no value, or has none.

use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A queue or a channel took a value no more: it holds the value.
///
/// A queue was shut down; of a channel every receiver is gone.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// let queue = taipan::sync::Queue::new(1);
/// queue.shutdown();
/// let closed = queue.put("late").await.unwrap_err();
/// assert_eq!(closed.to_string(), "closed: it takes no more values");
/// assert_eq!(closed.into_inner(), "late");
/// # });
/// ```
#[doc(alias = "QueueShutDown")]
#[doc(alias = "SendError")]
pub struct Closed<T> {
    /// Under a lock only because a value need not be `Sync`, and an error should be.
    value: Mutex<T>,
}

impl<T> Closed<T> {
    pub(super) fn new(value: T) -> Self {
        Closed { value: Mutex::new(value) }
    }

    /// Returns the value that was not taken.
    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Closed(..)")
    }
}

impl<T> fmt::Display for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed: it takes no more values")
    }
}

impl<T> Error for Closed<T> {}

/// A queue or a channel did not take a value at once: it holds the value.
///
/// # Examples
///
/// ```
/// let queue = taipan::sync::Queue::new(1);
/// queue.try_put("first").unwrap();
/// let refused = queue.try_put("second").unwrap_err();
/// assert!(refused.is_full());
/// assert_eq!(refused.to_string(), "full: it takes no value now");
/// assert_eq!(refused.into_inner(), "second");
/// ```
#[doc(alias = "QueueFull")]
pub struct TrySendError<T> {
    value: Closed<T>,
    full: bool,
}

impl<T> TrySendError<T> {
    pub(super) fn full(value: T) -> Self {
        TrySendError { value: Closed::new(value), full: true }
    }

    pub(super) fn closed(value: T) -> Self {
        TrySendError { value: Closed::new(value), full: false }
    }

    /// Returns whether there was no room for the value now.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Returns whether no value will ever be taken again.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        !self.full
    }

    /// Returns the value that was not taken.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrySendError").field("full", &self.full).finish_non_exhaustive()
    }
}

impl<T> fmt::Display for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.full {
            true => f.write_str("full: it takes no value now"),
            false => self.value.fmt(f),
        }
    }
}

impl<T> Error for TrySendError<T> {}

/// A queue or a channel had no value to give at once.
///
/// # Examples
///
/// ```
/// use taipan::sync::{Queue, TryRecvError};
///
/// let queue = Queue::<u8>::new(1);
/// assert_eq!(queue.try_get(), Err(TryRecvError::Empty));
/// queue.shutdown();
/// assert_eq!(queue.try_get(), Err(TryRecvError::Closed));
/// ```
#[doc(alias = "QueueEmpty")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// There is none now.
    Empty,
    /// There will never be one again.
    Closed,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "empty: it has no value now",
            TryRecvError::Closed => "closed: it has no more values",
        })
    }
}

impl Error for TryRecvError {}

/// No value comes any more, for every sender is gone.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// let (tx, rx) = taipan::sync::oneshot::channel::<u8>();
/// drop(tx);
/// assert!(rx.await.is_err());
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError(());

impl RecvError {
    pub(super) fn new() -> Self {
        RecvError(())
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every sender is gone: no value comes any more")
    }
}

impl Error for RecvError {}
