//! What has an async exit, and what an exit may give.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use super::Outcome;
use crate::current::{self, Host};
use crate::report::Report;

/// A value with an async exit: Python's async context manager.
///
/// There is no `enter`: any code that makes the value enters. Implementations may write
/// `async fn exit(self, outcome: Outcome)`.
///
/// `Vec<R>`, `Option<R>` and tuples of resources are resources (Python's `AsyncExitStack`): their exits
/// run one after the other, the last one first.
///
/// # Examples
///
/// ```
/// use taipan::with::{Outcome, Resource, with};
///
/// struct Connection;
///
/// impl Resource for Connection {
///     type Exit = Result<(), String>;
///
///     async fn exit(self, outcome: Outcome) -> Self::Exit {
///         if outcome.is_returned() { Ok(()) } else { Err("rolled back".into()) }
///     }
/// }
///
/// taipan::run(async {
///     let answer = with(Connection, async |_connection| 42).await;
///     assert_eq!(answer, Ok(42));
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no resource: it has no async exit",
    label = "a `Resource` is wanted here",
    note = "implement `taipan::with::Resource` for it, or say what its exit is: `closing(value, |value| value.close())`"
)]
#[doc(alias = "AsyncContextManager")]
#[doc(alias = "__aexit__")]
#[doc(alias = "AsyncExitStack")]
pub trait Resource: Sized {
    /// What the exit gives: `()`, or `Result<(), E>` if it can fail.
    type Exit: Exit;

    /// Ends the use of the value.
    fn exit(self, outcome: Outcome) -> impl Future<Output = Self::Exit> + Send;

    /// What reports call it.
    #[doc(hidden)]
    #[must_use]
    fn type_name() -> &'static str {
        std::any::type_name::<Self>()
    }
}

/// What an exit may give: `()` or `Result<(), E>`. Sealed.
///
/// It decides the value of [`with`](super::with): with an exit that cannot fail, the body's value; with one
/// that can, a `Result` of it.
pub trait Exit: sealed::Sealed + Sized + Send + 'static {
    /// What may go wrong.
    type Error: fmt::Display + Send + 'static;

    /// The body's value, with what may have gone wrong in the exit.
    type Of<T>;

    /// Returns what went wrong.
    ///
    /// # Errors
    ///
    /// The exit's.
    fn into_result(self) -> Result<(), Self::Error>;

    /// Returns the body's value, or what went wrong, as `with` gives it.
    fn of<T>(result: Result<T, Self::Error>) -> Self::Of<T>;

    /// Returns the body's value, or what went wrong, of what `with` gave.
    ///
    /// # Errors
    ///
    /// What went wrong.
    fn result_of<T>(of: Self::Of<T>) -> Result<T, Self::Error>;

    /// Returns the exit in which nothing went wrong.
    fn clean() -> Self;

    /// Joins two exits: the first error stays, a second one is reported.
    #[must_use]
    fn and(self, later: Self) -> Self;
}

impl Exit for () {
    type Error = Infallible;
    type Of<T> = T;

    fn into_result(self) -> Result<(), Infallible> {
        Ok(())
    }

    fn of<T>(result: Result<T, Infallible>) -> T {
        match result {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    fn result_of<T>(of: T) -> Result<T, Infallible> {
        Ok(of)
    }

    fn clean() {}

    fn and(self, (): ()) {}
}

impl<E: fmt::Display + Send + 'static> Exit for Result<(), E> {
    type Error = E;
    type Of<T> = Result<T, E>;

    fn into_result(self) -> Result<(), E> {
        self
    }

    fn of<T>(result: Result<T, E>) -> Result<T, E> {
        result
    }

    fn result_of<T>(of: Result<T, E>) -> Result<T, E> {
        of
    }

    fn clean() -> Self {
        Ok(())
    }

    fn and(self, later: Self) -> Self {
        if self.is_err() {
            report_lost(None, later);
            return self;
        }
        later
    }
}

/// Exits of two resources in one `with!`, this one's around the other's: `with!` gives one `Result` for both.
///
/// The error of an inner exit must convert into that of the first one that can fail.
#[diagnostic::on_unimplemented(
    message = "the error of an inner exit does not convert into that of an outer one",
    label = "the exits of these resources have errors that do not fit together",
    note = "the inner exit gives `{Inner}`, the outer one `{Self}`, and `with!` gives one `Result` for both",
    note = "implement `From` for the outer error, or write one `with!` inside the other"
)]
pub trait Joins<Inner: Exit>: Exit {
    /// What both give together.
    type Both: Exit;

    /// Returns the error of this exit as that of both.
    fn outer(error: Self::Error) -> <Self::Both as Exit>::Error;

    /// Returns the error of the inner exit as that of both.
    fn inner(error: Inner::Error) -> <Self::Both as Exit>::Error;
}

impl<X: Exit> Joins<X> for () {
    type Both = X;

    fn outer(error: Infallible) -> X::Error {
        match error {}
    }

    fn inner(error: X::Error) -> X::Error {
        error
    }
}

impl<E: fmt::Display + Send + 'static> Joins<()> for Result<(), E> {
    type Both = Self;

    fn outer(error: E) -> E {
        error
    }

    fn inner(error: Infallible) -> E {
        match error {}
    }
}

#[diagnostic::do_not_recommend]
impl<E, F> Joins<Result<(), F>> for Result<(), E>
where
    E: fmt::Display + Send + 'static,
    F: fmt::Display + Send + 'static + Into<E>,
{
    type Both = Self;

    fn outer(error: E) -> E {
        error
    }

    fn inner(error: F) -> E {
        error.into()
    }
}

/// An exit whose error, if it can fail, converts into an `E`: what [`try_with`](super::try_with) asks of it.
pub trait ExitInto<E>: Exit {
    /// Returns the exit's error as an `E`.
    ///
    /// # Errors
    ///
    /// The exit's.
    fn exit_into(self) -> Result<(), E>;
}

impl<E> ExitInto<E> for () {
    fn exit_into(self) -> Result<(), E> {
        Ok(())
    }
}

impl<E, X: fmt::Display + Send + 'static> ExitInto<E> for Result<(), X>
where
    E: From<X>,
{
    fn exit_into(self) -> Result<(), E> {
        self.map_err(E::from)
    }
}

/// Nothing to end is ended.
impl<R: Resource + Send> Resource for Option<R> {
    type Exit = R::Exit;

    async fn exit(self, outcome: Outcome) -> Self::Exit {
        match self {
            Some(resource) => resource.exit(outcome).await,
            None => Exit::clean(),
        }
    }
}

/// The last one first. Every exit runs; the first error is given, later ones are reported.
impl<R: Resource + Send> Resource for Vec<R> {
    type Exit = R::Exit;

    async fn exit(self, outcome: Outcome) -> Self::Exit {
        let mut exit = R::Exit::clean();
        for resource in self.into_iter().rev() {
            exit = exit.and(resource.exit(outcome).await);
        }
        exit
    }
}

macro_rules! tuples {
    ($(($first:ident $($rest:ident)*))*) => {$(
        /// The last one first. Every exit runs; the first error is given, later ones are reported.
        impl<$first, $($rest),*> Resource for ($first, $($rest),*)
        where
            $first: Resource + Send,
            $($rest: Resource<Exit = $first::Exit> + Send),*
        {
            type Exit = $first::Exit;

            async fn exit(self, outcome: Outcome) -> Self::Exit {
                #[allow(non_snake_case)]
                let ($first, $($rest),*) = self;
                let exit = <Self::Exit as Exit>::clean();
                tuples!(@exit exit outcome $first $($rest)*)
            }
        }
    )*};
    (@exit $exit:ident $outcome:ident) => { $exit };
    (@exit $exit:ident $outcome:ident $first:ident $($rest:ident)*) => {{
        let $exit = tuples!(@exit $exit $outcome $($rest)*);
        $exit.and($first.exit($outcome).await)
    }};
}

tuples!((A B) (A B C) (A B C D) (A B C D E) (A B C D E F));

/// Tells of an exit's error that nobody can receive.
pub(crate) fn report_lost(host: Option<&Arc<dyn Host>>, exit: impl Exit) {
    if let Err(error) = exit.into_result() {
        current::report(host, &Report::exit(error.to_string()));
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for () {}

    impl<E> Sealed for Result<(), E> {}
}
