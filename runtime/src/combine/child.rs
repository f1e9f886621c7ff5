//! A child among its siblings.

use std::pin::Pin;

use pin_project_lite::pin_project;

pin_project! {
    /// A future, then its output. `F` is dropped as soon as it has ended.
    #[project = Projected]
    #[project_replace = Replaced]
    #[derive(Debug)]
    pub(super) enum Child<F, T> {
        Running { #[pin] future: F },
        Ended { output: T },
        // Ended, and its output was taken.
        Taken,
    }
}

impl<F, T> Child<F, T> {
    #[inline]
    pub(super) fn new(future: F) -> Self {
        Child::Running { future }
    }

    /// One that has ended before it began.
    #[inline]
    pub(super) fn ended(output: T) -> Self {
        Child::Ended { output }
    }

    /// The future, if it has not ended.
    #[inline]
    pub(super) fn running(self: Pin<&mut Self>) -> Option<Pin<&mut F>> {
        match self.project() {
            Projected::Running { future } => Some(future),
            Projected::Ended { .. } | Projected::Taken => None,
        }
    }

    /// Drops the future, which has ended, and keeps its output.
    #[inline]
    pub(super) fn end(mut self: Pin<&mut Self>, output: T) {
        self.set(Child::Ended { output });
    }

    /// Drops the future, which has ended, and whose output was taken.
    #[inline]
    pub(super) fn give(mut self: Pin<&mut Self>) {
        self.set(Child::Taken);
    }

    /// The output, if it has ended and it was not taken before.
    #[inline]
    pub(super) fn take(self: Pin<&mut Self>) -> Option<T> {
        if !matches!(*self, Child::Ended { .. }) {
            return None;
        }
        match self.project_replace(Child::Taken) {
            Replaced::Ended { output } => Some(output),
            Replaced::Running { .. } | Replaced::Taken => None,
        }
    }
}
