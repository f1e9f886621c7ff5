//! What has an async exit, and what an exit may give.

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
}

/// What an exit may give: `()` or `Result<(), E>`. Sealed.
///
/// It decides the value of [`with`](super::with): with an exit that cannot fail, the body's value; with one
/// that can, a `Result` of it.
pub trait Exit: sealed::Sealed + Send + 'static {
    /// The body's value, with what may have gone wrong in the exit.
    type Of<T>;

    /// Joins the exit with the body's value.
    fn join<T>(self, value: T) -> Self::Of<T>;

    /// Returns the exit in which nothing went wrong.
    fn clean() -> Self;

    /// Joins two exits: the first error stays, a second one is reported.
    #[must_use]
    fn and(self, later: Self) -> Self;

    /// Returns the error as it is reported where nobody can receive it.
    fn lost(self) -> Option<String>;
}

impl Exit for () {
    type Of<T> = T;

    fn join<T>(self, value: T) -> T {
        value
    }

    fn clean() {}

    fn and(self, (): ()) {}

    fn lost(self) -> Option<String> {
        None
    }
}

impl<E: fmt::Display + Send + 'static> Exit for Result<(), E> {
    type Of<T> = Result<T, E>;

    fn join<T>(self, value: T) -> Result<T, E> {
        self.map(|()| value)
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

    fn lost(self) -> Option<String> {
        self.err().map(|error| error.to_string())
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
pub(super) fn report_lost(host: Option<&Arc<dyn Host>>, exit: impl Exit) {
    if let Some(message) = exit.lost() {
        current::report(host, &Report::exit(message));
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for () {}

    impl<E> Sealed for Result<(), E> {}
}
