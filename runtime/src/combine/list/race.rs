//! `race!(a(), b())`.

use std::marker::PhantomData;

use super::Argument;
use super::until::{And, Empty, Ends, List, Map, Until};
use crate::combine::scoped::Scoped;

/// Begins the arguments of `race!`.
#[must_use]
pub fn race<T>() -> Arguments<Empty, T> {
    Arguments { list: Empty, value: PhantomData }
}

/// The arguments of `race!` so far, and their one type of value.
#[derive(Debug)]
pub struct Arguments<L, T> {
    list: L,
    value: PhantomData<fn() -> T>,
}

/// Any value ends a `race!`.
#[derive(Debug)]
pub struct AtOnce;

impl<T> Ends<T> for AtOnce {
    fn ends(_: &T) -> bool {
        true
    }
}

impl<L, T> Arguments<L, T> {
    /// Adds an argument.
    pub fn with<F>(self, argument: Argument<F, T>) -> Arguments<And<L, Argument<F, T>>, T> {
        Arguments { list: And::new(self.list, argument), value: PhantomData }
    }

    /// Waits for the first value.
    pub fn done<O>(self) -> impl Future<Output = T>
    where
        L: List<AtOnce, Outputs = O>,
        O: Winner<T>,
    {
        Map::new(Scoped::new(Until::new(self.list)), |outputs: O| {
            outputs.winner().expect("a race ends with a value")
        })
    }
}

/// The outputs, of which there is one.
pub trait Winner<T> {
    /// Takes it.
    fn winner(self) -> Option<T>;
}

impl<T> Winner<T> for () {
    fn winner(self) -> Option<T> {
        None
    }
}

impl<L: Winner<T>, T> Winner<T> for (L, Option<T>) {
    fn winner(self) -> Option<T> {
        self.1.or_else(|| self.0.winner())
    }
}
