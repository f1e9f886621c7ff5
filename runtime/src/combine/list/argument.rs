//! An argument of the macros.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// An argument as a future.
    ///
    /// It is a future whatever `Fut` is, because it brings the function that polls it. A wrong argument
    /// has no future, so `Fut` stays unknown; with a bound on `Fut` here, rustc would tell of that
    /// again at every step, after the one error that says it in our words.
    #[derive(Debug)]
    #[must_use]
    pub struct Argument<Fut, T> {
        #[pin]
        future: Fut,
        poll: fn(Pin<&mut Fut>, &mut Context<'_>) -> Poll<T>,
    }
}

/// An argument that gives a `Result`.
pub type Try<Fut, T, E> = Argument<Fut, Result<T, E>>;

impl<Fut: Future> Argument<Fut, Fut::Output> {
    #[inline]
    pub(crate) fn new(future: Fut) -> Self {
        Argument { future, poll: Fut::poll }
    }
}

impl<Fut, T> Future for Argument<Fut, T> {
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.project();
        (this.poll)(this.future, cx)
    }
}
