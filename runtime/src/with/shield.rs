//! What goes on once it has begun.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::grace::Owner;

/// Protects `future` from cancellation, from its first poll on.
///
/// Dropped half-way, it goes on to its end, and the scope that dropped it waits for that: nothing is
/// orphaned, unlike in asyncio. Its value is lost then. It allocates once.
///
/// # Cancel safety
///
/// Dropped before its first poll, the future never starts. Dropped later, it runs to its end, and its value
/// is lost.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use std::time::Duration;
/// use taipan::with::shield;
///
/// static SAVED: AtomicBool = AtomicBool::new(false);
///
/// taipan::run(async {
///     let save = shield(async {
///         taipan::yield_now().await;
///         SAVED.store(true, Ordering::Relaxed);
///     });
///     assert!(taipan::timeout(Duration::ZERO, save).await.is_err());
///     assert!(SAVED.load(Ordering::Relaxed)); // the timeout has waited for it
/// });
/// ```
#[doc(alias = "CancelScope")]
pub fn shield<F>(future: F) -> Shield<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let owner = Owner::of_shield::<F>();
    Shield::new(future, false, owner, drop)
}

/// Future of [`shield`].
#[must_use = "a shielded future does nothing until it is awaited: add `.await`"]
pub struct Shield<T> {
    /// `None`: it has ended, or it panicked.
    future: Option<Rest<T>>,
    begun: bool,
    /// What becomes of the value if nobody is left to receive it.
    lost: fn(T),
    owner: Owner,
    /// Defers the rest. It brings the bounds on `T` from where the shield was made: asked again while rustc
    /// looks whether a task is `Send`, where it forgets lifetimes, `&'static str` would not meet them.
    defer: fn(Rest<T>, fn(T), Owner),
}

type Rest<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<T> Shield<T> {
    fn new<F>(future: F, begun: bool, owner: Owner, lost: fn(T)) -> Self
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        Shield { future: Some(Box::pin(future)), begun, lost, owner, defer }
    }

    /// As `shield`, but begun already: it runs even if it is never polled.
    pub(super) fn begun<F>(future: F, owner: Owner, lost: fn(T)) -> Self
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        Shield::new(future, true, owner, lost)
    }
}

fn defer<T: Send + 'static>(rest: Rest<T>, lost: fn(T), owner: Owner) {
    owner.defer(|grace| async move {
        if let Some(value) = grace.bound(rest).await {
            lost(value);
        }
    });
}

impl<T> Future for Shield<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        // Out while it runs: should it panic, nothing is left to defer.
        let Some(mut future) = self.future.take() else {
            panic!("`shield` was polled after its end")
        };
        self.begun = true;
        let polled = future.as_mut().poll(cx);
        if polled.is_pending() {
            self.future = Some(future);
        }
        polled
    }
}

impl<T> Drop for Shield<T> {
    fn drop(&mut self) {
        if let Some(rest) = self.future.take().filter(|_| self.begun) {
            (self.defer)(rest, self.lost, self.owner.clone());
        }
    }
}

impl<T> fmt::Debug for Shield<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shield")
            .field("begun", &self.begun)
            .field("ended", &self.future.is_none())
            .finish_non_exhaustive()
    }
}
