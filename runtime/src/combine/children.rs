//! The futures of an iterator, polled together.
//!
//! Each stands in a box of its own, so that it can be pinned while the list is not, and is dropped as
//! soon as it has ended. From [`WIDE`] children up only the woken ones are polled; below, polling all
//! of them costs less than a waker for each.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::wakeset::WakeSet;

/// From this many children up, each has a waker of its own.
const WIDE: usize = 30;

pub(super) struct Children<F: Future> {
    slots: Vec<Slot<F>>,
    /// The slots before this one have been polled.
    started: usize,
    /// Started, and not ended.
    running: usize,
    /// The most that may run at once.
    limit: usize,
    wakes: Option<WakeSet>,
}

enum Slot<F: Future> {
    Running(Pin<Box<F>>),
    Ended(F::Output),
}

impl<F: Future> Children<F> {
    pub(super) fn new(futures: impl IntoIterator<Item: IntoFuture<IntoFuture = F>>) -> Self {
        let slots: Vec<_> = futures
            .into_iter()
            .map(|future| Slot::Running(Box::pin(future.into_future())))
            .collect();
        let wakes = (slots.len() >= WIDE).then(|| WakeSet::new(slots.len()));
        Children { slots, started: 0, running: 0, limit: usize::MAX, wakes }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    #[track_caller]
    pub(super) fn set_limit(&mut self, limit: usize) {
        assert!(limit > 0, "a limit of 0 lets nothing run: the least is 1");
        self.limit = limit;
    }

    /// Polls what may go on, in order of the arguments. Ready with the first output that is `wanted`
    /// or, with `None`, when all have ended.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        wanted: fn(&F::Output) -> bool,
    ) -> Poll<Option<F::Output>> {
        let ended = match self.wakes.as_ref().map(|wakes| wakes.begin(cx.waker())) {
            Some(mut woken) => woken.find_map(|index| self.poll_child(index, cx, wanted)),
            None => (0..self.started).find_map(|index| self.poll_child(index, cx, wanted)),
        };
        if ended.is_some() {
            return Poll::Ready(ended);
        }
        while self.running < self.limit && self.started < self.slots.len() {
            let index = self.started;
            self.started += 1;
            self.running += 1;
            let ended = self.poll_child(index, cx, wanted);
            if ended.is_some() {
                return Poll::Ready(ended);
            }
        }
        if self.running == 0 { Poll::Ready(None) } else { Poll::Pending }
    }

    /// Polls one child and keeps its output, unless that is `wanted`.
    fn poll_child(
        &mut self,
        index: usize,
        cx: &mut Context<'_>,
        wanted: fn(&F::Output) -> bool,
    ) -> Option<F::Output> {
        let Slot::Running(future) = &mut self.slots[index] else {
            return None; // a late wake
        };
        let polled = match &mut self.wakes {
            Some(wakes) => future.as_mut().poll(&mut Context::from_waker(wakes.waker(index))),
            None => future.as_mut().poll(cx),
        };
        let Poll::Ready(output) = polled else { return None };
        self.running -= 1;
        if wanted(&output) {
            return Some(output);
        }
        self.slots[index] = Slot::Ended(output);
        None
    }

    /// Returns the outputs in order of the arguments, once all have ended.
    pub(super) fn into_outputs(self) -> Vec<F::Output> {
        let outputs = self.slots.into_iter().map(|slot| match slot {
            Slot::Ended(output) => output,
            Slot::Running(_) => unreachable!("outputs are taken once all children have ended"),
        });
        outputs.collect()
    }
}
