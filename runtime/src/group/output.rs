//! What a child may give.

use crate::error::BoxError;

/// What a child of a group may give: `()` or `Result<T, E>`, whose error becomes one of the group's. Sealed.
#[diagnostic::on_unimplemented(
    message = "a child of a task group gives `()` or a `Result`, and this one gives `{Self}`",
    label = "a child may fail, and then its value is that of an `Ok`",
    note = "give `taipan::ok(value)`, and await the handle that is returned here",
    note = "the error of a `Result` must convert into `taipan::BoxError`"
)]
pub trait ChildOutput: sealed::Sealed {
    /// What the child's handle gives.
    type Value: Send + 'static;

    /// Returns what the group is told.
    #[doc(hidden)]
    fn into_end(self) -> Result<Self::Value, BoxError>;
}

impl ChildOutput for () {
    type Value = ();

    fn into_end(self) -> Result<(), BoxError> {
        Ok(())
    }
}

/// The value of an `Ok` is for the child's [handle](super::Child); without one it is dropped.
impl<T: Send + 'static, E: Into<BoxError>> ChildOutput for Result<T, E> {
    type Value = T;

    fn into_end(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }
}

/// Of a child that never ends, such as `async { loop { .. } }`.
impl ChildOutput for Never {
    type Value = Never;

    fn into_end(self) -> Result<Never, BoxError> {
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
