//! taipan's own primitives.

use std::time::Duration;

use taipan::sync::{
    Mutex, MutexGuard, Receiver, Semaphore, SemaphorePermit, Sender, channel, oneshot,
};

use super::{Kit, Receives, Sends};

pub(crate) struct Taipan;

impl Kit for Taipan {
    type Sender<T: Send + 'static> = Sender<T>;
    type Receiver<T: Send + 'static> = Receiver<T>;

    fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
        channel(capacity)
    }

    async fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T) {
        assert!(sender.send(value).await.is_ok(), "the receiver lives");
    }

    async fn recv<T: Send + 'static>(receiver: &mut Self::Receiver<T>) -> Option<T> {
        receiver.recv().await
    }

    fn shared_channel<T: Send + 'static>(capacity: usize) -> (impl Sends<T>, impl Receives<T>) {
        channel(capacity)
    }

    type OnceSender = oneshot::Sender<u64>;
    type OnceReceiver = oneshot::Receiver<u64>;

    fn oneshot() -> (Self::OnceSender, Self::OnceReceiver) {
        oneshot::channel()
    }

    fn send_once(sender: Self::OnceSender, value: u64) {
        sender.send(value).expect("the receiver lives");
    }

    async fn recv_once(receiver: Self::OnceReceiver) -> u64 {
        receiver.await.expect("the sender sends")
    }

    type Mutex = Mutex<u64>;
    type MutexGuard<'a> = MutexGuard<'a, u64>;

    fn mutex(value: u64) -> Self::Mutex {
        Mutex::new(value)
    }

    async fn lock(mutex: &Self::Mutex) -> Self::MutexGuard<'_> {
        mutex.lock().await
    }

    type Semaphore = Semaphore;
    type Permit<'a> = SemaphorePermit<'a>;

    fn semaphore(permits: usize) -> Self::Semaphore {
        Semaphore::new(permits)
    }

    async fn acquire(semaphore: &Self::Semaphore) -> Self::Permit<'_> {
        semaphore.acquire().await
    }

    async fn sleep(duration: Duration) {
        taipan::sleep(duration).await;
    }

    async fn timeout<F>(duration: Duration, future: F) -> Option<F::Output>
    where
        F: Future + Send,
        F::Output: Send,
    {
        taipan::timeout(duration, future).await.ok()
    }

    async fn unblock<T, F>(f: F) -> T
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        taipan::to_thread(f).await
    }
}
