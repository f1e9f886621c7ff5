//! Every value to every receiver, and a receiver that comes too late is told.
//!
//! # Examples
//!
//! ```
//! use taipan::sync::broadcast::{self, RecvError};
//!
//! taipan::run(async {
//!     let (tx, mut fast) = broadcast::channel(2);
//!     let mut slow = tx.subscribe();
//!     for n in 1..=3 {
//!         assert_eq!(tx.send(n), 2);
//!         assert_eq!(*fast.recv().await.unwrap(), n);
//!     }
//!     assert_eq!(slow.recv().await, Err(RecvError::Lagged(1)));
//!     assert_eq!(*slow.recv().await.unwrap(), 2);
//!     drop(tx);
//!     assert_eq!(*slow.recv().await.unwrap(), 3);
//!     assert_eq!(slow.recv().await, Err(RecvError::Closed));
//! });
//! ```

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::BroadcastStatistics;
use super::line::Line;
use super::log::{Entry, Log, LogLine};
use crate::waits::Site;

/// Returns the two ends of a channel that keeps its newest `capacity` values for those who have not received them
/// yet.
///
/// Both ends can be cloned. A value is kept until so many newer ones have come.
///
/// # Panics
///
/// Panics if `capacity` is zero.
#[must_use]
#[track_caller]
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a broadcast needs room for at least one value");
    let line = Arc::new(Line::new(Log::new(VecDeque::new(), capacity)));
    (Sender { line: Arc::clone(&line) }, Receiver { line, cursor: 0 })
}

fn statistics<T>(line: &LogLine<T>) -> BroadcastStatistics {
    line.read(|log| BroadcastStatistics {
        senders: log.senders(),
        receivers: log.receivers(),
        waiting: log.waiting(),
    })
}

/// The sending end of a [`channel`].
///
/// When the last one is dropped, the receivers get what is left for them, and then [`RecvError::Closed`].
pub struct Sender<T> {
    line: Arc<LogLine<T>>,
}

impl<T> Sender<T> {
    /// Sends a value to all receivers, and returns how many there are. It does not wait: a receiver that is too slow
    /// loses the oldest value, and is told.
    ///
    /// # Fairness
    ///
    /// All who wait are woken, in the order in which they came.
    pub fn send(&self, value: T) -> usize {
        let (receivers, _displaced) =
            self.line.change(|log, after| (log.receivers(), log.add(value, after)));
        receivers
    }

    /// Returns a new receiver, which receives what is sent from now on.
    #[must_use]
    pub fn subscribe(&self) -> Receiver<T> {
        let cursor = self.line.change(|log, _| {
            log.open_receiver();
            log.next()
        });
        Receiver { line: Arc::clone(&self.line), cursor }
    }

    /// Returns how many ends are open, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> BroadcastStatistics {
        statistics(&self.line)
    }
}

/// Opens another sending end.
impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.line.change(|log, _| log.open_sender());
        Sender { line: Arc::clone(&self.line) }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.line.change(Log::close_sender);
    }
}

/// The receiving end of a [`channel`].
pub struct Receiver<T> {
    line: Arc<LogLine<T>>,
    /// The number of the value that it receives next.
    cursor: u64,
}

impl<T> Receiver<T> {
    /// Waits for the next value.
    ///
    /// # Errors
    ///
    /// Gives [`RecvError::Lagged`] if values were displaced before this receiver had them, once, and goes on after
    /// that with the oldest that is left; [`RecvError::Closed`] if every sender is gone, and nothing is left.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has received nothing: the value is given the next time.
    ///
    /// # Fairness
    ///
    /// All who wait are woken, in the order in which they came.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn recv(&mut self) -> impl Future<Output = Result<Arc<T>, RecvError>> {
        let site = Site::here("broadcast::Receiver::recv");
        async move {
            let entry = self.line.wait(self.cursor, site).await;
            self.advance(entry)
        }
    }

    /// Receives the next value, if it is there; `Ok(None)`: not now.
    ///
    /// # Errors
    ///
    /// As of [`recv`](Self::recv).
    ///
    /// # Fairness
    ///
    /// It takes nothing away from anybody.
    pub fn try_recv(&mut self) -> Result<Option<Arc<T>>, RecvError> {
        match self.line.read(|log| log.read(self.cursor)) {
            Some(entry) => self.advance(entry).map(Some),
            None => Ok(None),
        }
    }

    fn advance(&mut self, entry: Option<Entry<T>>) -> Result<Arc<T>, RecvError> {
        let (number, value) = entry.ok_or(RecvError::Closed)?;
        let missed = number - self.cursor;
        if missed > 0 {
            self.cursor = number;
            return Err(RecvError::Lagged(missed));
        }
        self.cursor += 1;
        Ok(value)
    }

    /// Returns how many ends are open, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> BroadcastStatistics {
        statistics(&self.line)
    }
}

/// Opens another receiving end, which receives what this one has not received yet.
impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.line.change(|log, _| log.open_receiver());
        Receiver { line: Arc::clone(&self.line), cursor: self.cursor }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.line.change(|log, _| log.close_receiver());
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let receivers = self.statistics().receivers;
        f.debug_struct("Sender").field("receivers", &receivers).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let behind = self.line.read(Log::next) - self.cursor;
        f.debug_struct("Receiver").field("behind", &behind).finish_non_exhaustive()
    }
}

/// A [`Receiver`] got no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecvError {
    /// It was too slow: so many values were displaced before it had them.
    Lagged(u64),
    /// Every sender is gone, and nothing is left.
    Closed,
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecvError::Lagged(missed) => {
                write!(f, "the receiver was too slow: it missed {missed} values")
            }
            RecvError::Closed => f.write_str("every sender is gone: no value comes any more"),
        }
    }
}

impl Error for RecvError {}
