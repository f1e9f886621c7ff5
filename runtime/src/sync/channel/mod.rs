//! A way from senders to receivers.

#[cfg(all(test, taipan_loom))]
mod model;
mod receiver;
mod sender;

use std::collections::VecDeque;
use std::sync::Arc;

use super::ChannelStatistics;
use super::buffer::{Buffer, BufferLine};
use super::line::Line;
use super::store::Store;
use crate::waits::Site;

pub use receiver::Receiver;
pub use sender::Sender;

/// Returns the two ends of a channel with room for `capacity` values: first in, first out.
///
/// Both ends can be cloned. Each value goes to one receiver. When the last sender is gone, the receivers get what is
/// left, and then `None`. When the last receiver is gone, what is left is dropped, and senders get their values back.
///
/// With a capacity of 0 a value is handed over only while somebody waits to receive it: a rendezvous.
///
/// # Fairness
///
/// First come, first served, for those who send and for those who receive.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::channel};
///
/// # fn main() -> taipan::Result {
/// taipan::run(async {
///     let (tx, rx) = channel(10);
///     let send = async move {
///         for n in 1..=4 {
///             tx.send(n).await?;
///         }
///         taipan::Result::Ok(()) // here the only sender goes
///     };
///     let receive = async {
///         let mut sum = 0;
///         while let Some(n) = rx.recv().await {
///             sum += n;
///         }
///         sum
///     };
///     let (sent, sum) = gather!(send, receive).await;
///     assert_eq!(sum, 10);
///     sent
/// })
/// # }
/// ```
#[doc(alias = "open_memory_channel")]
#[doc(alias = "create_memory_object_stream")]
#[must_use]
#[cfg_attr(debug_assertions, track_caller)]
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let ends = Ends { values: VecDeque::new(), senders: 1, receivers: 1 };
    let line = Arc::new(Line::new(Buffer::new(ends, capacity)));
    let site = Site::here("Receiver::poll_next");
    (Sender::new(Arc::clone(&line)), Receiver::new(line, site))
}

/// Returns the two ends of a channel with room for whatever comes.
///
/// If values come faster than they are received, it grows until memory ends. Otherwise as [`channel`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = taipan::sync::unbounded_channel();
/// (0..1000).for_each(|n| tx.try_send(n).unwrap());
/// assert_eq!(rx.len(), 1000);
/// ```
#[must_use]
#[cfg_attr(debug_assertions, track_caller)]
pub fn unbounded_channel<T>() -> (Sender<T>, Receiver<T>) {
    channel(usize::MAX)
}

/// What is under way, and how many ends are open.
struct Ends<T> {
    values: VecDeque<T>,
    senders: usize,
    receivers: usize,
}

impl<T> Store for Ends<T> {
    type Item = T;

    fn len(&self) -> usize {
        self.values.len()
    }

    fn push(&mut self, value: T) {
        self.values.push_back(value);
    }

    fn pop(&mut self) -> Option<T> {
        self.values.pop_front()
    }
}

type Channel<T> = BufferLine<Ends<T>>;

fn statistics<T>(channel: &Channel<T>) -> ChannelStatistics {
    channel.read(|buffer| ChannelStatistics {
        len: buffer.len(),
        peak: buffer.peak(),
        capacity: buffer.capacity(),
        senders: buffer.store().senders,
        receivers: buffer.store().receivers,
        sending: buffer.putting(),
        receiving: buffer.getting(),
    })
}
