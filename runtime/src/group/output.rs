//! What a child may give.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::error::BoxError;

/// What a child of a group may give: `()` or `Result<T, E>`, whose error becomes one of the group's. Sealed.
#[diagnostic::on_unimplemented(
    message = "a child of a task group gives `()` or a `Result`, and this one gives `{Self}`",
    label = "this child's value would be lost",
    note = "send the value through a channel, or `spawn` a task of its own and await that",
    note = "the error of a `Result` must convert into `taipan::BoxError`"
)]
pub trait ChildOutput: sealed::Sealed {
    /// Returns what the group is told.
    #[doc(hidden)]
    fn into_end(self) -> Result<(), BoxError>;
}

impl ChildOutput for () {
    fn into_end(self) -> Result<(), BoxError> {
        Ok(())
    }
}

/// The value of an `Ok` is dropped.
impl<T, E: Into<BoxError>> ChildOutput for Result<T, E> {
    fn into_end(self) -> Result<(), BoxError> {
        self.map(drop).map_err(Into::into)
    }
}

/// Of a child that never ends, such as `async { loop { .. } }`.
impl ChildOutput for Never {
    fn into_end(self) -> Result<(), BoxError> {
        match self {}
    }
}

/// The type `!`, which has no name of its own on a stable compiler.
type Never = <fn() -> ! as sealed::Returns>::Value;

mod sealed {
    pub trait Returns {
        type Value;
    }

    impl<T> Returns for fn() -> T {
        type Value = T;
    }

    pub trait Sealed {}

    impl Sealed for super::Never {}

    impl Sealed for () {}

    impl<T, E> Sealed for Result<T, E> {}
}

pin_project! {
    /// A child's future, as the group sees it.
    pub(super) struct Told<F> {
        #[pin]
        future: F,
    }
}

impl<F> Told<F> {
    pub(super) fn new(future: F) -> Self {
        Told { future }
    }
}

impl<F: Future<Output: ChildOutput>> Future for Told<F> {
    type Output = Result<(), BoxError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(cx).map(ChildOutput::into_end)
    }
}
