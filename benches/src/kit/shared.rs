//! A channel with many at both ends.
//!
//! Runtimes that have none leave their users to `async-channel`: that is what a kit gives if it gives nothing else.

/// An end that sends.
pub(crate) trait Sends<T>: Clone + Send + Sync + 'static {
    /// Sends when there is room; a receiver lives.
    fn send(&self, value: T) -> impl Future<Output = ()> + Send;
}

/// An end that receives.
pub(crate) trait Receives<T>: Clone + Send + Sync + 'static {
    /// The next value; `None` when every sender is gone.
    fn recv(&self) -> impl Future<Output = Option<T>> + Send;
}

impl<T: Send + 'static> Sends<T> for async_channel::Sender<T> {
    async fn send(&self, value: T) {
        assert!(self.send(value).await.is_ok(), "a receiver lives");
    }
}

impl<T: Send + 'static> Receives<T> for async_channel::Receiver<T> {
    async fn recv(&self) -> Option<T> {
        self.recv().await.ok()
    }
}

impl<T: Send + 'static> Sends<T> for taipan::sync::Sender<T> {
    async fn send(&self, value: T) {
        assert!(self.send(value).await.is_ok(), "a receiver lives");
    }
}

impl<T: Send + 'static> Receives<T> for taipan::sync::Receiver<T> {
    async fn recv(&self) -> Option<T> {
        self.recv().await
    }
}
