//! One result, for many who await it.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::OnceCell;
use super::lock::Lock;
use crate::waits::Site;

/// A future that many may await: it runs once, and each gets a clone of its result.
///
/// Its clones are handles of the same future. It runs while somebody awaits it: the first in line polls it, and when
/// that one is cancelled the next goes on from there. When the last handle is dropped, the future is dropped with it,
/// which cancels it.
///
/// A future that should run even while nobody awaits it is spawned first, and its task shared.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::Shared};
///
/// taipan::run(async {
///     let page = Shared::new(async {
///         println!("fetching"); // once
///         String::from("<html>")
///     });
///     let (a, b) = gather!(page.get(), page.get()).await;
///     assert_eq!((&*a, &*b), ("<html>", "<html>"));
/// });
/// ```
#[must_use = "the future does not run until somebody awaits `get()`"]
pub struct Shared<F: Future> {
    inner: Arc<Inner<F>>,
}

struct Inner<F: Future> {
    result: OnceCell<F::Output>,
    /// Out of here while it is polled, and for good when it has ended or panicked.
    future: Lock<Option<Pin<Box<F>>>>,
}

impl<F: Future> Shared<F> {
    /// Shares a future.
    pub fn new(future: F) -> Self {
        let future = Lock::new(Some(Box::pin(future)));
        Shared { inner: Arc::new(Inner { result: OnceCell::new(), future }) }
    }

    /// Returns the result, if it is there.
    #[must_use]
    pub fn peek(&self) -> Option<&F::Output> {
        self.inner.result.get()
    }
}

impl<F: Future<Output: Clone>> Shared<F> {
    /// Waits for the result, and returns a clone of it.
    ///
    /// # Panics
    ///
    /// Panics if the future has panicked: the one who polled it with that panic, the others with a word about it.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it leaves the future to the others: the next in line polls it. If there is none, it rests until
    /// somebody awaits it again, or the last handle is dropped.
    ///
    /// # Fairness
    ///
    /// First come, first served: the first in line polls the future, and then all have the result at once. Who is the
    /// first and is not polled holds up the others, as with everything in [`sync`](super#fairness).
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get(&self) -> impl Future<Output = F::Output> {
        let site = Site::here("Shared::get");
        async move {
            // Whoever makes the result is alone; if it is cancelled, the next one comes in here.
            let run = || poll_fn(|cx| self.inner.poll(cx));
            self.inner.result.get_or_init_at(run, site).await.clone()
        }
    }
}

impl<F: Future> Inner<F> {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(mut future) = self.future.with(Option::take) else {
            panic!("the shared future has panicked")
        };
        let polled = future.as_mut().poll(cx);
        if polled.is_pending() {
            self.future.with(|place| *place = Some(future));
        }
        polled
    }
}

/// Gives another handle of the same future.
impl<F: Future> Clone for Shared<F> {
    fn clone(&self) -> Self {
        Shared { inner: Arc::clone(&self.inner) }
    }
}

impl<F: Future<Output: fmt::Debug>> fmt::Debug for Shared<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(&self.inner.result).finish()
    }
}
