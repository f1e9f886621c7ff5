//! `try_gather!(a(), b())`.

use std::marker::PhantomData;

use super::Try;
use super::until::{And, Empty, Ends, List, Map, Until};
use crate::combine::scoped::Scoped;

/// Begins the arguments of `try_gather!`.
#[must_use]
pub fn try_gather<E>() -> Arguments<Empty, E> {
    Arguments { list: Empty, error: PhantomData }
}

/// The arguments of `try_gather!` so far, and their one type of error.
#[derive(Debug)]
pub struct Arguments<L, E> {
    list: L,
    error: PhantomData<fn() -> E>,
}

/// An error ends a `try_gather!`.
#[derive(Debug)]
pub struct AtError;

impl<T, E> Ends<Result<T, E>> for AtError {
    fn ends(output: &Result<T, E>) -> bool {
        output.is_err()
    }
}

impl<L, E> Arguments<L, E> {
    /// Adds an argument.
    pub fn with<F, T>(self, argument: Try<F, T, E>) -> Arguments<And<L, Try<F, T, E>>, E> {
        Arguments { list: And::new(self.list, argument), error: PhantomData }
    }

    /// Waits for all values, or for the first error; `flatten` makes a tuple of the values.
    pub fn done<O, V, T>(self, flatten: fn(V) -> T) -> impl Future<Output = Result<T, E>>
    where
        L: List<AtError, Outputs = O>,
        O: Results<E, Values = V>,
    {
        Map::new(Scoped::new(Until::new(self.list)), move |mut outputs: O| match outputs.error() {
            Some(error) => Err(error),
            None => Ok(flatten(outputs.values())),
        })
    }
}

/// The outputs of children that have ended, all of them or until the first error.
pub trait Results<E> {
    /// `(((), A), B)`.
    type Values;

    /// Takes the error, if there is one.
    fn error(&mut self) -> Option<E>;

    /// Takes the values, if there is no error.
    fn values(self) -> Self::Values;
}

impl<E> Results<E> for () {
    type Values = ();

    fn error(&mut self) -> Option<E> {
        None
    }

    fn values(self) {}
}

impl<L: Results<E>, T, E> Results<E> for (L, Option<Result<T, E>>) {
    type Values = (L::Values, T);

    fn error(&mut self) -> Option<E> {
        let before = self.0.error();
        before.or_else(|| self.1.take_if(|result| result.is_err()).and_then(Result::err))
    }

    fn values(self) -> Self::Values {
        let last = self.1.and_then(Result::ok);
        (self.0.values(), last.expect("all have ended well"))
    }
}
