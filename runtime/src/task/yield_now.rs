//! Letting the others run.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Lets every other ready task run before this one goes on.
///
/// Between two awaits nobody else runs on this thread: a long loop without any calls this now and
/// then. It is Python's `await asyncio.sleep(0)`.
///
/// # Cancel safety
///
/// Nothing is lost if it is dropped.
///
/// # Fairness
///
/// The task goes to the back of the run queue.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let mut sum = 0_u64;
///     for n in 0..10_000 {
///         sum += n;
///         if n % 1000 == 0 {
///             taipan::yield_now().await;
///         }
///     }
///     assert_eq!(sum, 49_995_000);
/// });
/// ```
#[doc(alias = "sleep(0)")]
#[doc(alias = "checkpoint")]
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// Future of [`yield_now`].
#[derive(Debug)]
#[must_use = "`yield_now` does nothing until it is awaited: add `.await`"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
