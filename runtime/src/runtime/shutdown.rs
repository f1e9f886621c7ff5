//! The orderly end: every task is cancelled, and its exits are awaited.

use std::future::poll_fn;
use std::task::Poll;

use crate::task::{CancelReason, Core};

/// Cancels all tasks and waits for their ends; then those that their exits have spawned and left;
/// until none is alive.
///
/// Cleanups and blocking calls are waited for and not cancelled.
pub(super) async fn shutdown(core: &Core, reason: CancelReason) {
    core.begin_closing();
    loop {
        let mut any = false;
        let mut wakers = Vec::new();
        core.registry.for_each(|control| {
            any = true;
            if !control.is_shielded() {
                let (_, waker) = control.request(reason.clone());
                wakers.extend(waker);
            }
        });
        wakers.into_iter().for_each(std::task::Waker::wake);
        if !any {
            return;
        }
        ended(core).await;
    }
}

/// Waits until nothing is alive that was cancelled or that is waited for; what has been spawned meanwhile
/// is the next round's.
async fn ended(core: &Core) {
    // The list is searched only when as many have gone as were found at the last search: so all
    // searches together take time in proportion to the tasks.
    let mut enough = 0;
    poll_fn(|cx| {
        core.registry.watch(cx.waker());
        if core.registry.removed() < enough {
            return Poll::Pending;
        }
        let before = core.registry.removed();
        let mut left = 0;
        core.registry.for_each(|control| {
            left += u64::from(control.is_shielded() || control.is_cancelled());
        });
        enough = before + left;
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
