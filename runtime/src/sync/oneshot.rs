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

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::line::{After, Line, Rules, Wait};
use super::waiters::{Left, Waiters};
use super::{Closed, RecvError, TryRecvError};
use crate::waits::Site;

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
    let state = State { value: None, open: true, waiters: Waiters::new() };
    let line = Arc::new(Line::new(state));
    let site = Site::here("oneshot::Receiver");
    (Sender { line: Arc::clone(&line) }, Receiver { wait: Wait::new(line, (), site) })
}

struct State<T> {
    /// It stays here until the receiver runs.
    value: Option<T>,
    /// Whether both ends are there, and the sender has not sent.
    open: bool,
    /// The receiver, if it waits.
    waiters: Waiters<(), ()>,
}

impl<T> State<T> {
    /// What there is to receive; `None`: it may come yet.
    fn receive(&mut self) -> Option<Result<T, RecvError>> {
        match self.value.take() {
            Some(value) => Some(Ok(value)),
            None => (!self.open).then_some(Err(RecvError::new())),
        }
    }

    /// Nothing comes after this, and the receiver need not wait.
    fn close(&mut self, after: &mut After) {
        self.open = false;
        // If nobody waits, whoever comes finds it closed.
        let _ = self.waiters.grant((), after);
    }
}

impl<T> Rules for State<T> {
    type Request = ();
    type Grant = ();
    type Output = Result<T, RecvError>;

    fn waiters(&mut self) -> &mut Waiters<(), ()> {
        &mut self.waiters
    }

    fn arrive(&mut self, (): (), _: &mut After) -> Result<Self::Output, ()> {
        self.receive().ok_or(())
    }

    // Nothing is there if it was taken without waiting, meanwhile.
    fn claim(&mut self, (): (), (): (), _: &mut After) -> Self::Output {
        self.receive().unwrap_or(Err(RecvError::new()))
    }

    // There is no other who could wait.
    fn left(&mut self, _: &Left<(), ()>, _: &mut After) {}
}

/// The sending end of a [`channel`].
///
/// Dropped before it has sent, it closes the channel: the receiver gets an error.
pub struct Sender<T> {
    line: Arc<Line<State<T>>>,
}

impl<T> Sender<T> {
    /// Sends the value. It does not wait for the receiver, which may still be dropped before it takes the value.
    ///
    /// # Errors
    ///
    /// Gives [`Closed`] with the value if the receiver is gone.
    pub fn send(self, value: T) -> Result<(), Closed<T>> {
        self.line.change(|state, after| {
            if !state.open {
                return Err(Closed::new(value));
            }
            state.value = Some(value);
            state.close(after);
            Ok(())
        })
    }

    /// Returns whether the receiver is gone, so that nobody wants the value any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.line.read(|state| !state.open)
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.line.change(State::close);
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
    wait: Wait<Arc<Line<State<T>>>, State<T>>,
}

impl<T> Receiver<T> {
    /// Takes the value, if it is there.
    ///
    /// # Errors
    ///
    /// Gives [`TryRecvError::Empty`] if it may come yet, and [`TryRecvError::Closed`] if the sender is gone, or the
    /// value was taken.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.wait.line().change(|state, _| state.receive()) {
            Some(received) => received.map_err(|_| TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    #[cfg_attr(debug_assertions, track_caller)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.wait.locate();
        Pin::new(&mut self.wait).poll(cx)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // Dropped outside the lock.
        let _value = self.wait.line().change(|state, _| {
            state.open = false;
            mem::take(&mut state.value)
        });
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrived = self.wait.line().read(|state| state.value.is_some());
        f.debug_struct("Receiver").field("arrived", &arrived).finish_non_exhaustive()
    }
}
