//! `race_ok!(a(), b())`.

use std::marker::PhantomData;

use super::Try;
use super::until::{And, Empty, Ends, List, Map, Until};
use crate::combine::all_failed::AllFailed;
use crate::combine::scoped::Scoped;

/// Begins the arguments of `race_ok!`.
#[must_use]
pub fn race_ok<T, E>() -> Arguments<Empty, T, E> {
    Arguments { list: Empty, result: PhantomData }
}

/// The arguments of `race_ok!` so far, and their one type of result.
#[derive(Debug)]
pub struct Arguments<L, T, E> {
    list: L,
    result: PhantomData<fn() -> Result<T, E>>,
}

/// An `Ok` ends a `race_ok!`.
#[derive(Debug)]
pub struct AtOk;

impl<T, E> Ends<Result<T, E>> for AtOk {
    fn ends(output: &Result<T, E>) -> bool {
        output.is_ok()
    }
}

impl<L, T, E> Arguments<L, T, E> {
    /// Adds an argument.
    pub fn with<F>(self, argument: Try<F, T, E>) -> Arguments<And<L, Try<F, T, E>>, T, E> {
        Arguments { list: And::new(self.list, argument), result: PhantomData }
    }

    /// Waits for the first `Ok`, or for all errors; `flatten` makes an array of these.
    pub fn done<O, V, const N: usize>(
        self,
        flatten: fn(V) -> [E; N],
    ) -> impl Future<Output = Result<T, AllFailed<E, [E; N]>>>
    where
        L: List<AtOk, Outputs = O>,
        O: FirstOk<T, E, Errors = V>,
    {
        Map::new(Scoped::new(Until::new(self.list)), move |mut outputs: O| match outputs.ok() {
            Some(value) => Ok(value),
            None => Err(AllFailed::new(flatten(outputs.errors()))),
        })
    }
}

/// The outputs of children that have ended, all of them or until the first `Ok`.
pub trait FirstOk<T, E> {
    /// `(((), E), E)`.
    type Errors;

    /// Takes the value, if there is one.
    fn ok(&mut self) -> Option<T>;

    /// Takes the errors, if there is no value.
    fn errors(self) -> Self::Errors;
}

impl<T, E> FirstOk<T, E> for () {
    type Errors = ();

    fn ok(&mut self) -> Option<T> {
        None
    }

    fn errors(self) {}
}

impl<L: FirstOk<T, E>, T, E> FirstOk<T, E> for (L, Option<Result<T, E>>) {
    type Errors = (L::Errors, E);

    fn ok(&mut self) -> Option<T> {
        let before = self.0.ok();
        before.or_else(|| self.1.take_if(|result| result.is_ok()).and_then(Result::ok))
    }

    fn errors(self) -> Self::Errors {
        let last = self.1.and_then(Result::err);
        (self.0.errors(), last.expect("all have failed"))
    }
}
