//! The newest of a row of values, for many who watch.
//!
//! Who watches sees the newest value, and waits for a newer one; it does not see every value in between.
//!
//! # Examples
//!
//! ```
//! use taipan::{gather, sync::watch};
//!
//! taipan::run(async {
//!     let (tx, mut rx) = watch::channel("starting");
//!     assert_eq!(*rx.get(), "starting");
//!     let server = async move { tx.send("ready") };
//!     let client = async { *rx.changed().await.unwrap() };
//!     assert_eq!(gather!(client, server).await.0, "ready");
//! });
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::line::Line;
use super::log::{Log, LogLine};
use super::{RecvError, WatchStatistics};
use crate::waits::Site;

/// Returns the two ends of a channel that keeps its newest value, which is `value` at first.
///
/// Both ends can be cloned. The receiver has seen the first value.
#[must_use]
pub fn channel<T>(value: T) -> (Sender<T>, Receiver<T>) {
    let log = Log::new(VecDeque::from([Arc::new(value)]), 1);
    let line = Arc::new(Line::new(log));
    (Sender { line: Arc::clone(&line) }, Receiver { line, unseen: 1 })
}

fn newest<T>(line: &LogLine<T>) -> Arc<T> {
    match line.read(|log| log.newest().cloned()) {
        Some(value) => value,
        None => unreachable!("it begins with a value, and keeps one"),
    }
}

fn statistics<T>(line: &LogLine<T>) -> WatchStatistics {
    line.read(|log| WatchStatistics {
        senders: log.senders(),
        receivers: log.receivers(),
        waiting: log.waiting(),
    })
}

/// The sending end of a [`channel`].
///
/// When the last one is dropped, those who wait for a newer value are told.
pub struct Sender<T> {
    line: Arc<LogLine<T>>,
}

impl<T> Sender<T> {
    /// Sends a value: it is the newest now. It does not wait, and works without receivers too.
    ///
    /// # Fairness
    ///
    /// All who wait are woken, in the order in which they came.
    pub fn send(&self, value: T) {
        // Dropped outside the lock.
        let _displaced = self.line.change(|log, after| log.add(value, after));
    }

    /// Returns the newest value.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        newest(&self.line)
    }

    /// Returns a new receiver, which has seen the newest value.
    #[must_use]
    pub fn subscribe(&self) -> Receiver<T> {
        let unseen = self.line.change(|log, _| {
            log.open_receiver();
            log.next()
        });
        Receiver { line: Arc::clone(&self.line), unseen }
    }

    /// Returns how many ends are open, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> WatchStatistics {
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
    /// The number of the first value that it has not seen.
    unseen: u64,
}

impl<T> Receiver<T> {
    /// Returns the newest value, whether or not it was seen before. It counts as seen only by
    /// [`changed`](Self::changed).
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        newest(&self.line)
    }

    /// Returns whether there is a value that was not seen.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.line.read(|log| log.next() > self.unseen)
    }

    /// Waits for a value that was not seen, and returns the newest.
    ///
    /// # Errors
    ///
    /// Gives [`RecvError`] if every sender is gone, and the newest value was seen.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has seen nothing: a value that has come meanwhile is given the next time.
    ///
    /// # Fairness
    ///
    /// All who wait are woken, in the order in which they came.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn changed(&mut self) -> impl Future<Output = Result<Arc<T>, RecvError>> {
        self.changed_at(Site::here("watch::Receiver::changed"))
    }

    async fn changed_at(&mut self, site: Site) -> Result<Arc<T>, RecvError> {
        let (number, value) = self.line.wait(self.unseen, site).await.ok_or(RecvError::new())?;
        self.unseen = number + 1;
        Ok(value)
    }

    /// Waits until the newest value is as `condition` wants it, and returns it: looks at once, and at each change.
    ///
    /// A value that was displaced by a newer one before this has run is not looked at.
    ///
    /// # Errors
    ///
    /// Gives [`RecvError`] if every sender is gone, and the newest value is not so.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has seen the values that it has looked at, and looks at the newest again the next time.
    ///
    /// # Fairness
    ///
    /// All who wait are woken, in the order in which they came.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn wait_for(
        &mut self,
        mut condition: impl FnMut(&T) -> bool,
    ) -> impl Future<Output = Result<Arc<T>, RecvError>> {
        let site = Site::here("watch::Receiver::wait_for");
        async move {
            // The one that was seen last counts too.
            self.unseen = self.unseen.saturating_sub(1);
            loop {
                let value = self.changed_at(site).await?;
                if condition(&value) {
                    return Ok(value);
                }
            }
        }
    }

    /// Returns how many ends are open, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> WatchStatistics {
        statistics(&self.line)
    }
}

/// Opens another receiving end, which has seen what this one has seen.
impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.line.change(|log, _| log.open_receiver());
        Receiver { line: Arc::clone(&self.line), unseen: self.unseen }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.line.change(|log, _| log.close_receiver());
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("value", &self.get()).finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("value", &self.get()).finish_non_exhaustive()
    }
}
