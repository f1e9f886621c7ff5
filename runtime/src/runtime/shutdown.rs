//! The orderly end: every task is cancelled, and its exits are awaited.

use std::future::poll_fn;
use std::task::Poll;

use crate::info::TaskId;
use crate::task::{CancelReason, Core};

/// Cancels all tasks and waits for their ends; then those that their exits have spawned and left;
/// until none is alive.
///
/// Cleanups and blocking calls are waited for and not cancelled.
pub(super) async fn shutdown(core: &Core) {
    loop {
        let mut last = None;
        let mut wakers = Vec::new();
        core.registry.for_each(|control| {
            last = last.max(Some(control.identity.id));
            if !control.is_shielded() {
                let (_, waker) = control.request(CancelReason::runtime("main has ended"));
                wakers.extend(waker);
            }
        });
        wakers.into_iter().for_each(std::task::Waker::wake);
        let Some(last) = last else { return };
        ended(core, last).await;
    }
}

/// Waits until no task up to the number `last` is alive.
async fn ended(core: &Core, last: TaskId) {
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
        core.registry.for_each(|control| left += u64::from(control.identity.id <= last));
        enough = before + left;
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
