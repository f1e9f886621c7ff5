//! What goes with `async-executor`: `async-channel`, `async-lock`, the timers of `async-io`, `blocking`.

use std::time::Duration;

use async_io::Timer;
use futures_lite::FutureExt;

use super::Kit;

pub(crate) struct Smol;

/// What tasks meet by; async-std hands out the same.
macro_rules! of_smol {
    () => {
        type Sender<T: Send + 'static> = async_channel::Sender<T>;
        type Receiver<T: Send + 'static> = async_channel::Receiver<T>;

        fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
            async_channel::bounded(capacity)
        }

        async fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T) {
            assert!(sender.send(value).await.is_ok(), "the receiver lives");
        }

        async fn recv<T: Send + 'static>(receiver: &mut Self::Receiver<T>) -> Option<T> {
            receiver.recv().await.ok()
        }

        // It has none of its own: a channel for one value is what is taken.
        type OnceSender = async_channel::Sender<u64>;
        type OnceReceiver = async_channel::Receiver<u64>;

        fn oneshot() -> (Self::OnceSender, Self::OnceReceiver) {
            async_channel::bounded(1)
        }

        fn send_once(sender: Self::OnceSender, value: u64) {
            sender.try_send(value).expect("the receiver lives");
        }

        async fn recv_once(receiver: Self::OnceReceiver) -> u64 {
            receiver.recv().await.expect("the sender sends")
        }

        type Mutex = async_lock::Mutex<u64>;
        type MutexGuard<'a> = async_lock::MutexGuard<'a, u64>;

        fn mutex(value: u64) -> Self::Mutex {
            async_lock::Mutex::new(value)
        }

        async fn lock(mutex: &Self::Mutex) -> Self::MutexGuard<'_> {
            mutex.lock().await
        }

        type Semaphore = async_lock::Semaphore;
        type Permit<'a> = async_lock::SemaphoreGuard<'a>;

        fn semaphore(permits: usize) -> Self::Semaphore {
            async_lock::Semaphore::new(permits)
        }

        async fn acquire(semaphore: &Self::Semaphore) -> Self::Permit<'_> {
            semaphore.acquire().await
        }
    };
}
pub(super) use of_smol;

impl Kit for Smol {
    of_smol!();

    async fn sleep(duration: Duration) {
        Timer::after(duration).await;
    }

    async fn timeout<F>(duration: Duration, future: F) -> Option<F::Output>
    where
        F: Future + Send,
        F::Output: Send,
    {
        let late = async {
            Timer::after(duration).await;
            None
        };
        async { Some(future.await) }.or(late).await
    }

    async fn unblock<T, F>(f: F) -> T
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        blocking::unblock(f).await
    }
}
