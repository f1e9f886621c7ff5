//! What tasks meet by, behind the one interface that the workloads use: locks, channels, timers, threads.
//!
//! A kit is what the users of a contestant take: the two flavours of a runtime share one.

mod async_std;
mod smol;
mod taipan;
mod tokio;

use std::ops::DerefMut;
use std::time::Duration;

pub(crate) use self::{async_std::AsyncStd, smol::Smol, taipan::Taipan, tokio::Tokio};

/// The primitives of a contestant, as its users would take them.
pub(crate) trait Kit: 'static {
    type Sender<T: Send + 'static>: Clone + Send + Sync + 'static;
    type Receiver<T: Send + 'static>: Send + 'static;

    /// A channel with room for so many values; at least 1.
    fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>);

    /// Sends when there is room; the receiver lives.
    fn send<T: Send + 'static>(
        sender: &Self::Sender<T>,
        value: T,
    ) -> impl Future<Output = ()> + Send;

    /// The next value; `None` when every sender is gone.
    fn recv<T: Send + 'static>(
        receiver: &mut Self::Receiver<T>,
    ) -> impl Future<Output = Option<T>> + Send;

    type OnceSender: Send + 'static;
    type OnceReceiver: Send + 'static;

    /// A channel for one number.
    fn oneshot() -> (Self::OnceSender, Self::OnceReceiver);

    /// Sends it; the receiver lives.
    fn send_once(sender: Self::OnceSender, value: u64);

    /// Waits for it; the sender sends.
    fn recv_once(receiver: Self::OnceReceiver) -> impl Future<Output = u64> + Send;

    type Mutex: Send + Sync + 'static;
    type MutexGuard<'a>: DerefMut<Target = u64> + Send;

    /// A number behind a lock that may be held over an await.
    fn mutex(value: u64) -> Self::Mutex;

    fn lock(mutex: &Self::Mutex) -> impl Future<Output = Self::MutexGuard<'_>> + Send;

    type Semaphore: Send + Sync + 'static;
    type Permit<'a>: Send;

    fn semaphore(permits: usize) -> Self::Semaphore;

    fn acquire(semaphore: &Self::Semaphore) -> impl Future<Output = Self::Permit<'_>> + Send;

    fn sleep(duration: Duration) -> impl Future<Output = ()> + Send;

    /// The output, if it comes in time.
    fn timeout<F>(duration: Duration, future: F) -> impl Future<Output = Option<F::Output>> + Send
    where
        F: Future + Send,
        F::Output: Send;

    /// Runs `f` where it may block.
    fn unblock<T, F>(f: F) -> impl Future<Output = T> + Send
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static;
}
