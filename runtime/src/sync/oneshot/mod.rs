//! One value, from one task to another.
//!
//! # Examples
//!
//! ```
//! use taipan::{spawn, sync::oneshot};
//!
//! # fn main() -> taipan::Result {
//! taipan::run(async {
//!     let (tx, rx) = oneshot::channel();
//!     let task = spawn(async move { tx.send(6 * 7).is_ok() });
//!     assert_eq!(rx.await?, 42);
//!     assert!(task.await?);
//!     Ok(())
//! })
//! # }
//! ```

mod cell;
#[cfg(all(test, taipan_loom))]
mod model;

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Closed, RecvError, TryRecvError};
use crate::budget::Turn;
use crate::waits::{Mark, Site, with_own};
use cell::{Giver, Taker};

/// Returns the two ends of a channel for one value.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// let (tx, rx) = taipan::sync::oneshot::channel::<u8>();
/// drop(tx);
/// assert_eq!(rx.await.unwrap_err().to_string(), "every sender is gone: no value comes any more");
/// # });
/// ```
#[cfg_attr(debug_assertions, track_caller)]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (giver, taker) = cell::pair();
    let mark = Mark::new(Site::here("oneshot::Receiver"));
    (Sender { giver }, Receiver { taker, mark, turn: Turn::default(), ended: false })
}

/// The sending end of a [`channel`].
///
/// Dropped before it has sent, it closes the channel: the receiver gets an error.
pub struct Sender<T> {
    giver: Giver<T>,
}

impl<T> Sender<T> {
    /// Sends the value. It does not wait for the receiver, which may still be dropped before it takes the value.
    ///
    /// # Errors
    ///
    /// Gives [`Closed`] with the value if the receiver is gone.
    pub fn send(self, value: T) -> Result<(), Closed<T>> {
        self.giver.put(value).map_err(Closed::new)
    }

    /// Returns whether the receiver is gone, so that nobody wants the value any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.giver.is_deserted()
    }
}

/// The receiving end of a [`channel`]: a future of the value, or of [`RecvError`] if the sender is gone.
///
/// # Panics
///
/// Panics if it is polled again after it has given its result.
///
/// # Cancel safety
///
/// Awaited as `&mut receiver` and cancelled, it has lost nothing: awaited again, it gives the value. Dropped, it closes
/// the channel, and drops a value that it has not given.
///
/// # Fairness
///
/// There is nobody else who waits.
#[must_use = "the sender is told that nobody wants the value as soon as this is dropped: await it"]
pub struct Receiver<T> {
    taker: Taker<T>,
    mark: Mark,
    turn: Turn,
    /// Whether it has given its result.
    ended: bool,
}

impl<T> Receiver<T> {
    /// Takes the value, if it is there.
    ///
    /// # Errors
    ///
    /// Gives [`TryRecvError::Empty`] if it may come yet, and [`TryRecvError::Closed`] if the sender is gone, or the
    /// value was taken.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.taker.try_take() {
            Poll::Ready(value) => value.ok_or(TryRecvError::Closed),
            Poll::Pending => Err(TryRecvError::Empty),
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    #[cfg_attr(debug_assertions, track_caller)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Receiver { taker, mark, turn, ended } = &mut *self;
        assert!(!*ended, "a receiver was polled after its end");
        ready!(turn.poll(cx));
        mark.locate();
        let polled = with_own(cx, |cx| taker.poll(cx.waker(), mark));
        if polled.is_ready() {
            *ended = true;
            turn.spend();
            mark.clear();
        }
        polled.map(|value| value.ok_or(RecvError::new()))
    }
}

/// Nothing in it is pinned.
impl<T> Unpin for Receiver<T> {}

// As with whatever is shared under a lock: the value is never seen half-changed.
impl<T> UnwindSafe for Sender<T> {}
impl<T> RefUnwindSafe for Sender<T> {}
impl<T> UnwindSafe for Receiver<T> {}
impl<T> RefUnwindSafe for Receiver<T> {}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrived = self.taker.is_filled();
        f.debug_struct("Receiver").field("arrived", &arrived).finish_non_exhaustive()
    }
}
