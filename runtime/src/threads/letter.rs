//! A future that a call sends to the code that awaits it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::border::Post;
use super::call::Uncounted;
use crate::scope::Scope;
use crate::sync::oneshot;
use crate::task::{Control, Unread};

/// What the thread is told: the future's value, its panic, or `None` if it was cancelled.
pub(super) type Answer<T> = Result<Option<T>, Unread>;

pin_project! {
    /// A future, and where its answer goes. Dropped without one, it cancels the future, and the exits go to the
    /// scope that drops it.
    pub(super) struct Sent<F: Future> {
        #[pin]
        scope: Scope<F>,
        control: Arc<Control>,
        // From the first poll to the answer, and not a moment longer: then the thread runs again.
        uncounted: Option<Uncounted>,
        answer: Option<oneshot::Sender<Answer<F::Output>>>,
    }
}

impl<F: Future> Sent<F> {
    pub(super) fn new(
        future: F,
        control: Arc<Control>,
        answer: oneshot::Sender<Answer<F::Output>>,
    ) -> Self {
        Sent { scope: Scope::new(future), control, uncounted: None, answer: Some(answer) }
    }
}

impl<F: Future> Future for Sent<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let control = this.control;
        this.uncounted.get_or_insert_with(|| Uncounted::new(Arc::clone(&control.core)));
        let end = ready!(this.scope.poll_end(cx));
        *this.uncounted = None;
        if let Some(answer) = this.answer.take() {
            // Refused if the runtime has ended meanwhile: then the thread does not wait any more.
            let _ = answer.send(end.map_err(|payload| Unread::new(payload, control)));
        }
        Poll::Ready(())
    }
}

impl<F: Future<Output: Send> + Send> Post for Sent<F> {
    fn cancel(self: Pin<&mut Self>) {
        self.project().scope.cancel();
    }
}
