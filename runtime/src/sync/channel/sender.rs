//! The end that sends.

use std::fmt;
use std::sync::Arc;

use super::Channel;
use crate::sync::buffer::Buffer;
use crate::sync::{ChannelStatistics, Closed, TrySendError};
use crate::waits::Site;

/// The sending end of a [`channel`](super::channel).
///
/// When the last one is dropped the channel is closed: the receivers get what is left, and then `None`.
pub struct Sender<T> {
    channel: Arc<Channel<T>>,
}

impl<T> Sender<T> {
    pub(super) fn new(channel: Arc<Channel<T>>) -> Self {
        Sender { channel }
    }

    /// Sends a value; waits until there is room, or, with a capacity of 0, until somebody waits to receive it.
    ///
    /// # Errors
    ///
    /// Gives [`Closed`] with the value if every receiver is gone, before or while it waits.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has not sent the value, which is dropped with it; room that was meant for it goes to the
    /// next. Who must not lose the value calls [`try_send`](Self::try_send), or keeps a copy.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), Closed<T>>> {
        let site = Site::here("Sender::send");
        async move { self.channel.put(value, site).await }
    }

    /// Sends a value, if nobody has to wait for the room.
    ///
    /// With a capacity of 0 there is room if somebody waits to receive.
    ///
    /// # Errors
    ///
    /// Gives [`TrySendError`] with the value if the channel is full, or every receiver is gone.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: room that is meant for somebody who waits is not there for it.
    #[doc(alias = "send_nowait")]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.channel.try_put(value)
    }

    /// Returns whether every receiver is gone, so that nothing can be sent any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.channel.read(Buffer::is_closed)
    }

    /// Returns whether somebody who comes now to send would have to wait.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.channel.read(Buffer::is_full)
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

/// Opens another sending end.
impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.channel.change(|buffer, _| buffer.store_mut().senders += 1);
        Sender::new(Arc::clone(&self.channel))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.channel.change(|buffer, after| {
            buffer.store_mut().senders -= 1;
            if buffer.store().senders == 0 {
                buffer.close(after);
            }
        });
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ChannelStatistics { len, capacity, receivers, .. } = self.statistics();
        f.debug_struct("Sender")
            .field("len", &len)
            .field("capacity", &capacity)
            .field("receivers", &receivers)
            .finish_non_exhaustive()
    }
}
