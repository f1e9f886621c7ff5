//! The list, run until an output ends it or all have ended.

use std::marker::PhantomData;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::combine::child::Child;

/// No children.
#[derive(Debug)]
pub struct Empty;

pin_project! {
    /// The children before, and one more.
    #[derive(Debug)]
    pub struct And<L, F: Future> {
        #[pin]
        before: L,
        #[pin]
        last: Child<F, F::Output>,
    }
}

/// Says which outputs end the list: a name for each macro.
pub trait Ends<T> {
    /// Whether this output ends the list before the others have ended.
    fn ends(output: &T) -> bool;
}

/// The children so far.
pub trait List<W> {
    /// `(((), Option<A>), Option<B>)`; `None`: it has not ended.
    type Outputs;

    /// How many children there are.
    const LEN: usize;

    /// Polls the children in order. Ready when one has ended the list, or all have ended.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Reached>;

    /// As `poll`, but polls only these children.
    fn poll_part(self: Pin<&mut Self>, cx: &mut Context<'_>, part: Range<usize>) -> Poll<Reached>;

    /// Takes the outputs of those that have ended.
    fn take(self: Pin<&mut Self>) -> Self::Outputs;
}

/// Why a list is ready.
#[derive(Clone, Copy, Debug)]
pub enum Reached {
    /// All have ended.
    All,
    /// The last one to end ended the list.
    End,
}

impl<L, F: Future> And<L, F> {
    pub(super) fn new(before: L, last: F) -> Self {
        And { before, last: Child::new(last) }
    }

    /// With a child that has ended before it began.
    pub(super) fn ended(before: L, output: F::Output) -> Self {
        And { before, last: Child::ended(output) }
    }
}

impl<W> List<W> for Empty {
    type Outputs = ();

    const LEN: usize = 0;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Reached> {
        Poll::Ready(Reached::All)
    }

    #[inline]
    fn poll_part(self: Pin<&mut Self>, _: &mut Context<'_>, _: Range<usize>) -> Poll<Reached> {
        Poll::Ready(Reached::All)
    }

    fn take(self: Pin<&mut Self>) {}
}

impl<L, F, W> List<W> for And<L, F>
where
    L: List<W>,
    F: Future,
    W: Ends<F::Output>,
{
    type Outputs = (L::Outputs, Option<F::Output>);

    const LEN: usize = L::LEN + 1;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Reached> {
        self.poll_part(cx, 0..Self::LEN)
    }

    // One function for the whole list, not one for each child that calls the one before.
    #[inline(always)]
    fn poll_part(self: Pin<&mut Self>, cx: &mut Context<'_>, part: Range<usize>) -> Poll<Reached> {
        let mut this = self.project();
        let polled = part.contains(&L::LEN);
        let before = this.before.poll_part(cx, part);
        if let Poll::Ready(Reached::End) = before {
            return before;
        }
        if let Some(future) = this.last.as_mut().running() {
            if !polled {
                return Poll::Pending;
            }
            let output = ready!(future.poll(cx));
            let ends = W::ends(&output);
            this.last.end(output);
            if ends {
                return Poll::Ready(Reached::End);
            }
        }
        before
    }

    #[inline(always)]
    fn take(self: Pin<&mut Self>) -> Self::Outputs {
        let this = self.project();
        (this.before.take(), this.last.take())
    }
}

pin_project! {
    /// Runs a list until it is ready.
    pub(super) struct Until<W, L> {
        #[pin]
        list: L,
        ends: PhantomData<fn() -> W>,
    }
}

impl<W, L: List<W>> Until<W, L> {
    #[inline]
    pub(super) fn new(list: L) -> Self {
        Until { list, ends: PhantomData }
    }
}

impl<W, L: List<W>> Future for Until<W, L> {
    type Output = L::Outputs;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<L::Outputs> {
        let mut list = self.project().list;
        ready!(list.as_mut().poll(cx));
        Poll::Ready(list.take())
    }
}

pin_project! {
    /// Makes one value of what a future gives.
    pub(super) struct Map<F, M> {
        #[pin]
        future: F,
        // `None`: the value has been given.
        map: Option<M>,
    }
}

impl<F: Future, M> Map<F, M> {
    #[inline]
    pub(super) fn new<T>(future: F, map: M) -> Self
    where
        M: FnOnce(F::Output) -> T,
    {
        Map { future, map: Some(map) }
    }
}

impl<F, M, T> Future for Map<F, M>
where
    F: Future,
    M: FnOnce(F::Output) -> T,
{
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.project();
        assert!(this.map.is_some(), "polled after its end");
        let output = ready!(this.future.poll(cx));
        let map = this.map.take().expect("there is one until the end");
        Poll::Ready(map(output))
    }
}
