//! The ways to cut a future off after its k-th poll.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use super::ledger::Place;
use crate::Gate;

/// What is cut off; it gives `true`.
pub(super) type Whole = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Ready, with `false`, at the poll after the `polls`-th: polled before a rival, it lets it be polled that often.
pub(super) struct AfterPolls {
    polls: usize,
    place: Place,
}

pub(super) fn after_polls(polls: usize, place: &Place) -> AfterPolls {
    AfterPolls { polls, place: place.clone() }
}

impl Future for AfterPolls {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<bool> {
        if self.polls == 0 {
            self.place.cut();
            return Poll::Ready(false);
        }
        self.polls -= 1;
        Poll::Pending
    }
}

/// Whether a watched future has completed: told by it, heard elsewhere.
#[derive(Clone, Default)]
pub(super) struct Word {
    told: Gate,
    completed: Arc<AtomicBool>,
}

impl Word {
    pub(super) fn teller(&self) -> impl FnOnce(bool) + Send + Unpin + 'static + use<> {
        let Word { told, completed } = self.clone();
        move |ended| {
            completed.store(ended, Ordering::SeqCst);
            told.open();
        }
    }

    pub(super) async fn heard(&self) -> bool {
        self.told.pass().await;
        self.completed.load(Ordering::SeqCst)
    }
}

/// Polls a future `polls` times, and tells: `false` at the next poll, `true` if it has ended before.
pub(super) struct Watch<F: FnOnce(bool)> {
    whole: Whole,
    polls: usize,
    /// Whether it is polled on after that. If not, the next that happens to it is that it is dropped.
    goes_on: bool,
    /// `None`: it has told.
    tell: Option<F>,
}

impl<F: FnOnce(bool)> Watch<F> {
    pub(super) fn new(whole: Whole, polls: usize, goes_on: bool, tell: F) -> Self {
        Watch { whole, polls, goes_on, tell: Some(tell) }
    }

    fn tell(&mut self, completed: bool) {
        if let Some(tell) = self.tell.take() {
            tell(completed);
        }
    }
}

impl<F: FnOnce(bool) + Unpin> Future for Watch<F> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        if self.polls == 0 {
            self.tell(false);
            if !self.goes_on {
                return Poll::Pending;
            }
        }
        self.polls = self.polls.saturating_sub(1);
        let polled = self.whole.as_mut().poll(cx);
        if polled.is_ready() {
            self.tell(true);
        }
        polled
    }
}

/// If the future panics, whoever waits for word is to see the panic and not to wait for ever.
impl<F: FnOnce(bool)> Drop for Watch<F> {
    fn drop(&mut self) {
        self.tell(false);
    }
}
