//! The futures of an iterator, polled together.
//!
//! Each stands in a box of its own, so that it can be pinned while the list is not, and is dropped as
//! soon as it has ended. From [`WIDE`] children up only the woken ones are polled; below, polling all
//! of them costs less than a waker for each.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::waits::{for_caller, lend, with_own};
use crate::wakeset::{WIDE, WakeSet};

pub(super) struct Children<F: Future> {
    slots: Vec<Slot<F>>,
    /// The slots before this one have been polled.
    started: usize,
    /// Started, and not ended; or ended, and not given yet.
    running: usize,
    /// The most that may run at once.
    limit: usize,
    wakes: Option<WakeSet>,
}

enum Slot<F: Future> {
    Running(Pin<Box<F>>),
    /// Ended, and its output is kept until all have.
    Kept(F::Output),
    /// Ended, and its output was given.
    Given,
}

impl<F: Future> Children<F> {
    #[cfg_attr(debug_assertions, track_caller)]
    pub(super) fn new(futures: impl IntoIterator<Item: IntoFuture<IntoFuture = F>>) -> Self {
        let slots: Vec<_> = for_caller(|| {
            let futures = futures.into_iter();
            futures.map(|future| Slot::Running(Box::pin(future.into_future()))).collect()
        });
        let wakes = (slots.len() >= WIDE).then(|| WakeSet::new(slots.len()));
        Children { slots, started: 0, running: 0, limit: usize::MAX, wakes }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many have not ended, or were not given yet.
    pub(super) fn left(&self) -> usize {
        self.running + self.slots.len() - self.started
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
        let ended = self.round(cx, |children, index, output| {
            children.running -= 1;
            if wanted(&output) {
                return Some(output);
            }
            children.slots[index] = Slot::Kept(output);
            None
        });
        match ended {
            None if self.running > 0 => Poll::Pending,
            ended => Poll::Ready(ended),
        }
    }

    /// Gives the outputs one by one, as they come; those that come in the same round wait in `ended`, where
    /// they still take their place of the limit. Ready with `None` when all were given.
    pub(super) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        ended: &mut VecDeque<F::Output>,
    ) -> Poll<Option<F::Output>> {
        if ended.is_empty() {
            self.round(cx, |_, _, output| {
                ended.push_back(output);
                None::<Infallible>
            });
        }
        let next = ended.pop_front();
        if next.is_none() && self.running > 0 {
            return Poll::Pending;
        }
        self.running -= usize::from(next.is_some());
        Poll::Ready(next)
    }

    /// Polls the children that run, or those of them that were woken, then starts others, up to the limit.
    /// Each output goes to `take`, which ends the round by giving something.
    fn round<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut take: impl FnMut(&mut Self, usize, F::Output) -> Option<R>,
    ) -> Option<R> {
        let woken = with_own(cx, |cx| self.wakes.as_ref().map(|wakes| wakes.begin(cx.waker())));
        let mut visit = |children: &mut Self, index| {
            let output = children.poll_child(index, cx)?;
            take(children, index, output)
        };
        let end = match woken {
            Some(mut woken) => woken.find_map(|index| visit(self, index)),
            None => (0..self.started).find_map(|index| visit(self, index)),
        };
        if end.is_some() {
            return end;
        }
        while self.running < self.limit && self.started < self.slots.len() {
            let index = self.started;
            self.started += 1;
            self.running += 1;
            let end = visit(self, index);
            if end.is_some() {
                return end;
            }
        }
        None
    }

    /// Polls one child; drops it if it has ended.
    fn poll_child(&mut self, index: usize, cx: &mut Context<'_>) -> Option<F::Output> {
        let Slot::Running(future) = &mut self.slots[index] else {
            return None; // a late wake
        };
        let polled = match &mut self.wakes {
            Some(wakes) => lend(wakes.waker(index), |cx| future.as_mut().poll(cx)),
            None => future.as_mut().poll(cx),
        };
        let Poll::Ready(output) = polled else { return None };
        self.slots[index] = Slot::Given;
        Some(output)
    }

    /// Returns the outputs in order of the arguments, once all have ended.
    pub(super) fn into_outputs(self) -> Vec<F::Output> {
        let outputs = self.slots.into_iter().map(|slot| match slot {
            Slot::Kept(output) => output,
            Slot::Running(_) | Slot::Given => {
                unreachable!("outputs are taken once all children have ended")
            }
        });
        outputs.collect()
    }
}
