//! Waiting until all others wait.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::task::{Local, WhenBlocked, local};
use crate::waits::with_own;

/// Waits until every other task of the test waits for something.
///
/// So a test can let its tasks come to where they wait, and then act, without guessing how often it must yield. A task
/// that waits for a call on another thread, for I/O or for a time waits, too; virtual time stands still until all
/// who called this have gone on. It is trio's `wait_all_tasks_blocked`.
///
/// # Panics
///
/// Panics when polled outside a test under `#[taipan::test]`, or in one with several threads: there nobody
/// sees when all wait.
///
/// # Cancel safety
///
/// Nothing is lost if it is dropped.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use taipan::sync::Mutex;
/// use taipan::testing::wait_all_blocked;
///
/// # taipan::__private::test_once(Default::default(), || async {
/// // In a `#[taipan::test]`:
/// let mutex = Arc::new(Mutex::new(0));
/// let guard = mutex.lock().await;
/// let theirs = Arc::clone(&mutex);
/// let second = taipan::spawn(async move { *theirs.lock().await });
/// wait_all_blocked().await;
/// assert_eq!(mutex.statistics().waiting, 1);
/// drop(guard);
/// assert_eq!(second.await.unwrap(), 0);
/// # });
/// ```
#[doc(alias = "wait_all_tasks_blocked")]
pub fn wait_all_blocked() -> WaitAllBlocked {
    WaitAllBlocked { when: None }
}

/// Future of [`wait_all_blocked`].
#[must_use = "it waits when it is awaited: add `.await`"]
pub struct WaitAllBlocked {
    /// There from the first poll on.
    when: Option<Arc<WhenBlocked>>,
}

impl Future for WaitAllBlocked {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        with_own(cx, |cx| self.get_mut().poll_own(cx))
    }
}

impl WaitAllBlocked {
    fn poll_own(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(when) = &self.when {
            return if when.update(cx.waker()) { Poll::Pending } else { Poll::Ready(()) };
        }
        let Some((_, Local::Lane(lane))) = local() else {
            panic!(
                "`wait_all_blocked` works in a `#[taipan::test]` with one thread: nowhere else are all seen"
            )
        };
        self.when = Some(lane.when_blocked(cx.waker()));
        Poll::Pending
    }
}

impl Drop for WaitAllBlocked {
    fn drop(&mut self) {
        drop(self.when.as_ref().and_then(|when| when.take()));
    }
}

impl fmt::Debug for WaitAllBlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitAllBlocked").finish_non_exhaustive()
    }
}
