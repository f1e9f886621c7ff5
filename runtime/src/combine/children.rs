//! The futures of an iterator, polled together.
//!
//! They stand in one allocation, and each is dropped as soon as it has ended. From [`WIDE`] children up only the woken
//! ones are polled; below, polling all of them costs less than a waker for each.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::child::Child;
use super::pinned::Pinned;
use crate::waits::{for_caller, lend, with_own};
use crate::wakeset::{WIDE, WakeSet};

pub(super) struct Children<F: Future> {
    list: Pinned<Child<F, F::Output>>,
    /// The children before this one have been polled.
    started: usize,
    /// Started, and not ended; or ended, and not given yet.
    running: usize,
    /// The most that may run at once.
    limit: usize,
    wakes: Option<WakeSet>,
}

impl<F: Future> Children<F> {
    #[cfg_attr(debug_assertions, track_caller)]
    pub(super) fn new(futures: impl IntoIterator<Item: IntoFuture<IntoFuture = F>>) -> Self {
        let list: Pinned<_> = for_caller(|| {
            let futures = futures.into_iter();
            futures.map(|future| Child::new(future.into_future())).collect()
        });
        let wakes = (list.len() >= WIDE).then(|| WakeSet::new(list.len()));
        Children { list, started: 0, running: 0, limit: usize::MAX, wakes }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// How many have not ended, or were not given yet.
    pub(super) fn left(&self) -> usize {
        self.running + self.list.len() - self.started
    }

    #[track_caller]
    pub(super) fn set_limit(&mut self, limit: usize) {
        assert!(limit > 0, "a limit of 0 lets nothing run: the least is 1");
        self.limit = limit;
    }

    /// Polls what may go on, in order of the arguments. Ready with the first output that is `wanted`
    /// or, with `None`, when all have ended.
    #[inline]
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        wanted: impl Fn(&F::Output) -> bool,
    ) -> Poll<Option<F::Output>> {
        let ended = self.round(cx, |running, child, output| {
            *running -= 1;
            if wanted(&output) {
                child.give();
                return Some(output);
            }
            child.end(output);
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
            self.round(cx, |_, child, output| {
                child.give();
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
    /// A child that ends goes to `take` with its output, and how many run; that ends the round by giving something.
    #[inline]
    fn round<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut take: impl FnMut(&mut usize, Pin<&mut Child<F, F::Output>>, F::Output) -> Option<R>,
    ) -> Option<R> {
        let Children { list, started, running, limit, wakes } = self;
        let wakes = wakes.as_ref();
        let mut woken = with_own(cx, |cx| wakes.map(|wakes| wakes.begin(cx.waker())));
        let mut all = 0..*started;
        loop {
            let next = match &mut woken {
                Some(woken) => woken.next(),
                None => all.next(),
            };
            let index = match next {
                Some(index) => index,
                None if *running < *limit && *started < list.len() => {
                    *started += 1;
                    *running += 1;
                    *started - 1
                }
                None => return None,
            };
            let mut child = list.get(index);
            let Some(future) = child.as_mut().running() else { continue }; // a late wake
            let polled = match wakes {
                Some(wakes) => lend(&wakes.waker(index), |cx| future.poll(cx)),
                None => future.poll(cx),
            };
            if let Poll::Ready(output) = polled {
                let end = take(running, child, output);
                if end.is_some() {
                    return end;
                }
            }
        }
    }

    /// Returns the outputs in order of the arguments, once all have ended.
    pub(super) fn into_outputs(mut self) -> Vec<F::Output> {
        let children = 0..self.list.len();
        let outputs = children.map(|index| {
            let output = self.list.get(index).take();
            output.expect("outputs are taken once all children have ended")
        });
        outputs.collect()
    }
}
