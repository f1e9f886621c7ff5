//! How much a task may do before the others have their turn.
//!
//! A task that awaits what is ready goes on at once. If all that it awaits is always ready, it would never let
//! anybody else run, nor the I/O of its thread. So each poll of a task has a budget.
//!
//! # The protocol
//!
//! 1. A poll of a task begins with a full budget ([`limit`]). Outside tasks nothing is counted.
//! 2. A future of the crate's own that waits for something outside the task asks when it comes, before it takes
//!    anything, whether some of the budget is left ([`Turn::poll`]). If not, it is sent away: its task is woken, and so
//!    goes to the back of the run queue, and the future is pending. Dropped then, it leaves nothing behind.
//! 3. What such a future completes costs one ([`spend`]).
//! 4. Nobody is sent away twice in a row: who comes again may complete one. So of several children of a task each goes
//!    on by at least one step a poll, even if one of them uses the budget up every time; and code inside a task that
//!    polls again on the spot, such as a `block_on`, does not spin.
//! 5. Who judges its children by a single poll, as a `timeout` of zero does, asks itself before that poll: so a
//!    child that is ready is not taken for one that has to wait.
//!
//! Whoever was sent away waits for nothing: its task is ready all the time, and is told of as such.

use std::cell::Cell;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

/// What a task may complete in one poll.
const FULL: u32 = 128;

#[derive(Clone, Copy)]
struct Budget {
    left: u32,
    /// Else it is filled up again whenever it is used up.
    limited: bool,
}

thread_local! {
    /// The budget of what is being polled on this thread.
    static BUDGET: Cell<Budget> = const { Cell::new(Budget { left: FULL, limited: false }) };
}

/// Begins a poll of a task: until the guard is dropped it has a budget of its own, and then what was left of the one
/// before is there again.
#[inline]
pub(crate) fn limit() -> Restore {
    Restore(BUDGET.replace(Budget { left: FULL, limited: true }))
}

/// Counts nothing until the guard is dropped.
#[inline]
pub(crate) fn lift() -> Restore {
    Restore(BUDGET.replace(Budget { left: FULL, limited: false }))
}

/// Brings back the budget before.
#[must_use = "the budget counts only as long as the guard lives"]
pub(crate) struct Restore(Budget);

impl Drop for Restore {
    #[inline]
    fn drop(&mut self) {
        BUDGET.set(self.0);
    }
}

/// Something was completed.
#[inline]
pub(crate) fn spend() {
    let Budget { left, limited } = BUDGET.get();
    // What had to wait does not ask again, and may find nothing left.
    BUDGET.set(Budget { left: left.saturating_sub(1), limited });
}

/// Whether nothing is left.
#[inline]
fn is_spent() -> bool {
    BUDGET.get().left == 0
}

/// Nothing is left: ready, with something left, if nothing is counted, or who asks was sent away before. Else the task
/// is woken.
#[cold]
fn ask(sent_away: bool, cx: &Context<'_>) -> Poll<()> {
    let Budget { limited, .. } = BUDGET.get();
    if limited && !sent_away {
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    BUDGET.set(Budget { left: if limited { 1 } else { FULL }, limited });
    Poll::Ready(())
}

/// Waits until the task may go on. For async functions; what they complete they [`spend`] themselves.
#[inline]
pub(crate) async fn come() {
    if is_spent() {
        let mut turn = Turn::default();
        poll_fn(|cx| turn.poll(cx)).await;
    }
}

/// Where a future stands that asks for the budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It has not asked.
    #[default]
    Coming,
    SentAway,
    /// It asks no more.
    Come,
}

impl Turn {
    /// Ready if the future may go on.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        if *self != Turn::Come && is_spent() && ask(*self == Turn::SentAway, cx).is_pending() {
            *self = Turn::SentAway;
            return Poll::Pending;
        }
        *self = Turn::Come;
        Poll::Ready(())
    }

    /// The future has completed something, and asks when it comes again.
    #[inline]
    pub(crate) fn spend(&mut self) {
        *self = Turn::Coming;
        spend();
    }
}

/// The turn of those who come by a shared reference, such as the readers of a stream.
#[derive(Debug, Default)]
pub(crate) struct SharedTurn {
    /// The one who came last.
    sent_away: AtomicBool,
}

impl SharedTurn {
    /// Ready if who comes may go on.
    #[inline]
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let sent_away = self.sent_away.load(Ordering::Relaxed);
        if !sent_away && !is_spent() {
            return Poll::Ready(());
        }
        let mut turn = if sent_away { Turn::SentAway } else { Turn::Coming };
        let polled = turn.poll(cx);
        self.sent_away.store(polled.is_pending(), Ordering::Relaxed);
        polled
    }
}
