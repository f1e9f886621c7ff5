//! A primitive whose users wait in line: its state under a lock, and the future of one who waits.
//!
//! # The protocol
//!
//! 1. Who comes, and is not sent away for its task's [`budget`], asks the state first ([`Rules::arrive`]): it goes on at
//!    once, or it queues up. A state
//!    lets nobody go on at once who would overtake somebody.
//! 2. Whoever changes the state so that somebody's turn has come grants it, under the same lock. A grant is
//!    not taken back: from then on it belongs to that waiter, whether it has run or not.
//! 3. A waiter that runs after that takes its grant ([`Rules::claim`]): what it waited for happens then.
//! 4. A waiter that is dropped leaves ([`Rules::left`]). What had been granted to it and it has not taken,
//!    the state grants to the next.
//! 5. Nothing foreign runs under the lock: wakers are woken and dropped [`After`] it, and
//!    requests are dropped by those who made them.
//!
//! So a wake is never lost: it is the consequence of a grant, and the grant stays where it is until its
//! waiter takes it or leaves.
//!
//! A state may have several queues, each with rules of its own: then a type that stands for the queue tells
//! them apart.

use std::mem;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::after::After;
use super::lock::Lock;
use super::waiters::{Left, Ticket, Waiters};
use crate::budget::{self, Turn};
use crate::waits::{About, Mark, Site, with_own};

/// The state of a primitive, with its queue; or with the queue that `L` stands for, if it has several.
pub(crate) trait Rules<L = ()> {
    /// What a waiter asks for.
    type Request;
    /// What it is granted.
    type Grant;
    /// What it gets.
    type Output;

    /// The queue.
    fn waiters(&mut self) -> &mut Waiters<Self::Request, Self::Grant>;

    /// Somebody comes: `Ok` if it need not wait, else its request back, which is then queued.
    fn arrive(
        &mut self,
        request: Self::Request,
        after: &mut After,
    ) -> Result<Self::Output, Self::Request>;

    /// A waiter takes what was granted to it.
    fn claim(
        &mut self,
        request: Self::Request,
        grant: Self::Grant,
        after: &mut After,
    ) -> Self::Output;

    /// A waiter has given up.
    fn left(&mut self, left: &Left<Self::Request, Self::Grant>, after: &mut After);

    /// What is told of somebody who waits with this request.
    fn about(&mut self, _: &Self::Request) -> About {
        About::NOTHING
    }
}

/// A state, under its lock.
pub(crate) struct Line<S>(Lock<S>);

impl<S> Line<S> {
    pub(crate) const fn new(state: S) -> Self {
        Line(Lock::new(state))
    }

    /// Reads or changes the state, and does what follows from it once the lock is released.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut S, &mut After) -> T) -> T {
        let mut after = After::default();
        let result = self.0.with(|state| change(state, &mut after));
        after.run();
        result
    }

    /// Reads the state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&S) -> T) -> T {
        self.0.with(|state| read(state))
    }
}

impl<S: Rules> Line<S> {
    /// Waits for a turn. It comes into the line at its first poll.
    pub(crate) fn wait(&self, request: S::Request, site: Site) -> Wait<&Self, S> {
        Wait::new(self, request, site)
    }
}

/// Waits for a turn, in a line that is borrowed or shared.
#[must_use = "nobody waits until this is awaited: add `.await`"]
pub(crate) struct Wait<P, S, L = ()>
where
    P: Deref<Target = Line<S>>,
    S: Rules<L>,
{
    line: P,
    stage: Stage<S::Request>,
    mark: Mark,
}

enum Stage<R> {
    New(R, Turn),
    Queued(Ticket),
    Ended,
}

impl<P: Deref<Target = Line<S>>, S: Rules<L>, L> Wait<P, S, L> {
    /// Waits for a turn. It comes into the line at its first poll.
    pub(crate) fn new(line: P, request: S::Request, site: Site) -> Self {
        Wait { line, stage: Stage::New(request, Turn::default()), mark: Mark::new(site) }
    }

    /// Keeps its place in the line, which it holds otherwise from now on: it is the same line.
    pub(crate) fn held_by<Q: Deref<Target = Line<S>>>(mut self, line: Q) -> Wait<Q, S, L> {
        let fresh = Mark::new(self.mark.site());
        let stage = mem::replace(&mut self.stage, Stage::Ended);
        Wait { line, stage, mark: mem::replace(&mut self.mark, fresh) }
    }

    /// Gives up, if it stands in the line.
    #[cold]
    fn leave(&mut self) {
        if let Stage::Queued(ticket) = mem::replace(&mut self.stage, Stage::Ended) {
            // What it had asked for may be foreign: it is dropped outside the lock.
            let _left = self.line.change(|state, after| {
                let left = state.waiters().leave(ticket, after);
                state.left(&left, after);
                left
            });
        }
    }
}

/// Nothing in it is pinned.
impl<P: Deref<Target = Line<S>>, S: Rules<L>, L> Unpin for Wait<P, S, L> {}

impl<P: Deref<Target = Line<S>>, S: Rules<L>, L> Future for Wait<P, S, L> {
    type Output = S::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<S::Output> {
        let Wait { line, stage: place, mark } = &mut *self;
        if let Stage::New(_, turn) = place {
            ready!(turn.poll(cx));
        }
        let stage = mem::replace(place, Stage::Ended);
        let mut after = After::default();
        let result = with_own(cx, |cx| {
            let waker = cx.waker();
            line.0.with(|state| match stage {
                Stage::New(request, _) => state.arrive(request, &mut after).map_err(|request| {
                    mark.wait(|| state.about(&request));
                    state.waiters().push(request, waker.clone(), mark)
                }),
                Stage::Queued(ticket) => {
                    let (request, grant) =
                        state.waiters().redeem(ticket, waker, mark, &mut after)?;
                    Ok(state.claim(request, grant, &mut after))
                }
                Stage::Ended => panic!("a waiter was polled after its end"),
            })
        });
        let polled = match result {
            Ok(output) => {
                mark.clear();
                budget::spend();
                Poll::Ready(output)
            }
            Err(ticket) => {
                *place = Stage::Queued(ticket);
                Poll::Pending
            }
        };
        after.run(); // it may panic, in a waker: the ticket is in its place by then
        polled
    }
}

impl<P: Deref<Target = Line<S>>, S: Rules<L>, L> Drop for Wait<P, S, L> {
    #[inline]
    fn drop(&mut self) {
        if matches!(self.stage, Stage::Queued(_)) {
            self.leave();
        }
    }
}
