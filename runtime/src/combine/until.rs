//! Children that one output can end.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::children::Children;

/// Ends when a child gives an output that is `wanted`, or when all have ended.
pub(super) struct Until<F: Future> {
    /// `None`: the outputs have been given.
    children: Option<Children<F>>,
    wanted: fn(&F::Output) -> bool,
}

/// How it ended.
pub(super) enum End<T> {
    /// This one was wanted; the others are dropped.
    Wanted(T),
    /// None was wanted: all outputs in order of the arguments.
    All(Vec<T>),
}

impl<F: Future> Until<F> {
    pub(super) fn new(children: Children<F>, wanted: fn(&F::Output) -> bool) -> Self {
        Until { children: Some(children), wanted }
    }
}

/// The futures stand in boxes.
impl<F: Future> Unpin for Until<F> {}

impl<F: Future> Future for Until<F> {
    type Output = End<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let wanted = self.wanted;
        let children = self.children.as_mut().expect("polled after its end");
        let end = ready!(children.poll(cx, wanted));
        let children = self.children.take();
        Poll::Ready(match end {
            Some(output) => End::Wanted(output),
            None => End::All(children.map_or_else(Vec::new, Children::into_outputs)),
        })
    }
}
