//! A future that ends only after what it dropped has ended.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::budget::Turn;
use crate::scope::Scope;

pin_project! {
    /// Runs `F` as the whole of a scope: `F` drops its losers by ending, and their async exits have
    /// run before the output is given. Which child is ready at the first poll is not up to the budget.
    pub(super) struct Scoped<F: Future> {
        #[pin]
        scope: Scope<F>,
        turn: Turn,
    }
}

impl<F: Future> Scoped<F> {
    pub(super) fn new(future: F) -> Self {
        Scoped { scope: Scope::new(future), turn: Turn::default() }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        ready!(this.turn.poll(cx));
        // Nobody cancels this scope, so it has no output only once it has given it.
        Poll::Ready(ready!(this.scope.poll(cx)).expect("polled after its end"))
    }
}
