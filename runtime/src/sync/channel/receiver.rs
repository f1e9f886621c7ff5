//! The end that receives.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;

use super::{Channel, Ends};
use crate::sync::buffer::{Buffer, Getter};
use crate::sync::lock::Lock;
use crate::sync::{ChannelStatistics, TryRecvError};
use crate::waits::Site;

/// The receiving end of a [`channel`](super::channel), and a stream of what it receives.
///
/// When the last one is dropped the channel is closed: what is left is dropped, and senders get their values back.
pub struct Receiver<T> {
    channel: Arc<Channel<T>>,
    /// The place in line of the stream, from one poll to the next.
    place: Lock<Option<Getter<Ends<T>>>>,
    /// Whether there is one: most receivers are never polled as a stream.
    has_place: AtomicBool,
    /// Of the stream, which has no line of its own: where the channel was made.
    site: Site,
}

impl<T> Receiver<T> {
    pub(super) fn new(channel: Arc<Channel<T>>, site: Site) -> Self {
        Receiver { channel, place: Lock::new(None), has_place: AtomicBool::new(false), site }
    }

    /// Takes the place in line of the stream, if it has stopped to wait.
    #[inline]
    fn take_place(&self) -> Option<Getter<Ends<T>>> {
        // It is set only while nobody else has the receiver.
        if !self.has_place.load(Ordering::Relaxed) {
            return None;
        }
        self.has_place.store(false, Ordering::Relaxed);
        self.place.with(Option::take)
    }

    /// Waits for the next value.
    ///
    /// `None`: every sender is gone, and nothing is left, for good.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has received nothing: a value that was meant for it goes to the next who waits, or stays.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn recv(&self) -> impl Future<Output = Option<T>> {
        let site = Site::here("Receiver::recv");
        async move {
            // What the stream has stopped to wait for is received first.
            match self.take_place() {
                Some(place) => place.await,
                None => self.channel.get(site).await,
            }
        }
    }

    /// Receives a value, if nobody has to wait for it.
    ///
    /// With a capacity of 0 there is none as long as it is not handed over, and so none for this, even while
    /// somebody waits to send: unless one that waited for it was cancelled.
    ///
    /// # Errors
    ///
    /// Gives [`TryRecvError::Empty`] if there is none now, and [`TryRecvError::Closed`] if every sender is gone and
    /// nothing is left.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: a value that is meant for somebody who waits is not there for it.
    #[doc(alias = "receive_nowait")]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        drop(self.take_place());
        self.channel.try_get()
    }

    /// Returns whether every sender is gone, so that nothing comes but what is left.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.channel.read(Buffer::is_closed)
    }

    /// Returns how many values are under way.
    #[must_use]
    pub fn len(&self) -> usize {
        self.channel.read(Buffer::len)
    }

    /// Returns whether no value is under way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns for how many values the channel has room; `None` if it has no limit.
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        self.channel.read(Buffer::capacity)
    }

    /// Returns how full the channel is, how many ends are open, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> ChannelStatistics {
        super::statistics(&self.channel)
    }
}

/// The values as they come, to the end of the channel.
///
/// A receiver that is polled as a stream keeps its place in line from poll to poll, even if nobody polls it any
/// more: a value that comes then is kept for it. [`recv`](Receiver::recv) goes on from there,
/// [`try_recv`](Receiver::try_recv) and the drop of the receiver give the place up.
impl<T> Stream for Receiver<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut place = self.take_place();
        let polled = self.channel.poll_get(&mut place, self.site, cx);
        if place.is_some() {
            self.has_place = AtomicBool::new(true);
            self.place = Lock::new(place);
        }
        polled
    }
}

/// Opens another receiving end.
impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.channel.change(|buffer, _| buffer.store_mut().receivers += 1);
        Receiver::new(Arc::clone(&self.channel), self.site)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // Dropped outside the lock.
        let _left = self.channel.change(|buffer, after| {
            buffer.store_mut().receivers -= 1;
            (buffer.store().receivers == 0).then(|| buffer.close_and_drain(after))
        });
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ChannelStatistics { len, capacity, senders, .. } = self.statistics();
        f.debug_struct("Receiver")
            .field("len", &len)
            .field("capacity", &capacity)
            .field("senders", &senders)
            .finish_non_exhaustive()
    }
}
