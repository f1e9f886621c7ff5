//! async-std's own functions; its channels and locks are those of [`super::Smol`].

use std::time::Duration;

use async_std::{future, task};

use super::Kit;
use super::smol::of_smol;

pub(crate) struct AsyncStd;

impl Kit for AsyncStd {
    of_smol!();

    async fn sleep(duration: Duration) {
        task::sleep(duration).await;
    }

    async fn timeout<F>(duration: Duration, future: F) -> Option<F::Output>
    where
        F: Future + Send,
        F::Output: Send,
    {
        future::timeout(duration, future).await.ok()
    }

    async fn unblock<T, F>(f: F) -> T
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        task::spawn_blocking(f).await
    }
}
