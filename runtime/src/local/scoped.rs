//! The future of `LocalKey::scope`.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::overlay::Overlay;

pin_project! {
    /// Future of [`LocalKey::scope`](super::LocalKey::scope).
    #[must_use = "the future does not run until it is awaited: add `.await`"]
    pub struct Scoped<F> {
        // `None` only while it is dropped.
        #[pin]
        future: Option<F>,
        overlay: Overlay,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _inside = this.overlay.enter();
            this.future.set(None);
        }
    }
}

impl<F> Scoped<F> {
    pub(super) fn new(overlay: Overlay, future: F) -> Self {
        Scoped { future: Some(future), overlay }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(future) = this.future.as_pin_mut() else {
            unreachable!("polled while it is dropped")
        };
        let _inside = this.overlay.enter();
        future.poll(cx)
    }
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").finish_non_exhaustive()
    }
}
