//! The one driver: everything that may cancel a future polls it through this.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

use pin_project_lite::pin_project;

use super::cleanups::{Cleanups, collect};

pin_project! {
    /// Runs `F`; ends only after every cleanup that was deferred inside it has run.
    ///
    /// Output: `None` if it was cancelled before `F` had ended. Polled again after its end: `None`.
    pub(crate) struct Scope<F: Future> {
        #[pin]
        state: State<F, F::Output>,
        cleanups: Cleanups,
    }

    impl<F: Future> PinnedDrop for Scope<F> {
        fn drop(mut this: Pin<&mut Self>) {
            this.as_mut().cancel();
            let mut this = this.project();
            // A panic under way is not lost: it moves up with the cleanups.
            if let StateProj::Ended { result } = this.state.as_mut().project()
                && let Some(Err(payload)) = result.take()
            {
                this.cleanups.fail(payload);
            }
        }
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, T> {
        Running { #[pin] child: F },
        // `None`: cancelled, or the result has been given.
        Ended { result: Option<thread::Result<T>> },
    }
}

impl<F: Future> Scope<F> {
    pub(crate) fn new(child: F) -> Self {
        Scope { state: State::Running { child }, cleanups: Cleanups::default() }
    }

    /// Whether it has ended, and holds nothing any more.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Ended { result: None }) && self.cleanups.is_empty()
    }

    /// Drops the child, if it has not ended. The scope then ends as soon as its cleanups have run.
    pub(crate) fn cancel(self: Pin<&mut Self>) {
        let mut this = self.project();
        if let StateProj::Running { .. } = this.state.as_mut().project() {
            // Should the child's destructor panic, the state is replaced all the same.
            let dropped =
                collect(this.cleanups, || this.state.as_mut().set(State::Ended { result: None }));
            if let Err(payload) = dropped {
                this.state.set(State::Ended { result: Some(Err(payload)) });
            }
        }
    }

    /// As `poll`, but a panic comes out as `Err`.
    pub(crate) fn poll_end(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<thread::Result<Option<F::Output>>> {
        let mut this = self.project();
        if let StateProj::Running { .. } = this.state.as_mut().project() {
            let mut polled = Poll::Pending;
            let panicked = collect(this.cleanups, || {
                if let StateProj::Running { child } = this.state.as_mut().project() {
                    polled = child.poll(cx);
                }
                if polled.is_ready() {
                    // Only its destructor is left to run. Should it panic, the state is replaced all the same.
                    this.state.as_mut().set(State::Ended { result: None });
                }
            });
            let ended = match (panicked, polled) {
                (Ok(()), Poll::Ready(output)) => Ok(output),
                (Err(payload), _) => Err(payload),
                (Ok(()), Poll::Pending) if this.cleanups.is_empty() => return Poll::Pending,
                // Something inside dropped a guard: its cleanup runs beside the child, so that a loop
                // does not pile them up until its end.
                (Ok(()), Poll::Pending) => match this.cleanups.poll(cx) {
                    Poll::Ready(Err(payload)) => Err(payload),
                    _ => return Poll::Pending,
                },
            };
            let result = ended.inspect_err(|_| {
                // The first panic counts: one of the destructor's is printed only.
                let over = || this.state.as_mut().set(State::Ended { result: None });
                drop(collect(this.cleanups, over));
            });
            if this.cleanups.is_empty() {
                return Poll::Ready(result.map(Some));
            }
            this.state.as_mut().set(State::Ended { result: Some(result) });
        }
        let cleaned = ready!(this.cleanups.poll(cx));
        let result = match this.state.project() {
            StateProj::Ended { result } => result.take(),
            StateProj::Running { .. } => None,
        };
        // The body's panic goes before a cleanup's.
        Poll::Ready(match result {
            Some(result) => result.and_then(|output| cleaned.map(|()| Some(output))),
            None => cleaned.map(|()| None),
        })
    }
}

impl<T, E, F: Future<Output = Result<T, E>>> Scope<F> {
    /// Takes the error of a child that has failed, if only its cleanups are left to run.
    pub(crate) fn take_error(self: Pin<&mut Self>) -> Option<E> {
        let StateProj::Ended { result } = self.project().state.project() else { return None };
        match result.take_if(|result| matches!(result, Ok(Err(_))))? {
            Ok(failed) => failed.err(),
            Err(_) => None,
        }
    }
}

impl<F: Future> Future for Scope<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_end(cx).map(|end| end.unwrap_or_else(|payload| resume_unwind(payload)))
    }
}
