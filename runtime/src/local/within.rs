//! A future that has locals of its own.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Locals;

pin_project! {
    /// Polls a future, and drops it, within locals of its own: what it changes there stays there.
    pub(crate) struct Within<F> {
        // `None` only while it is dropped.
        #[pin]
        future: Option<F>,
        locals: Locals,
    }

    impl<F> PinnedDrop for Within<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _inside = this.locals.enter();
            this.future.set(None);
        }
    }
}

impl<F> Within<F> {
    /// Lets the future inherit what the code that runs now finds.
    pub(crate) fn inherit(future: F) -> Self {
        Within { future: Some(future), locals: Locals::inherited() }
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(future) = this.future.as_pin_mut() else {
            unreachable!("polled while it is dropped")
        };
        let _inside = this.locals.enter();
        future.poll(cx)
    }
}
