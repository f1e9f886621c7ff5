//! `gather!(a(), b())`.

use super::Argument;
use super::until::{And, Empty, Ends, List, Map, Until};

/// Begins the arguments of `gather!`.
#[must_use]
pub fn gather() -> Arguments<Empty> {
    Arguments(Empty)
}

/// The arguments of `gather!` so far.
#[derive(Debug)]
pub struct Arguments<L>(L);

/// Nothing ends a `gather!`.
#[derive(Debug)]
pub struct Never;

impl<T> Ends<T> for Never {
    fn ends(_: &T) -> bool {
        false
    }
}

impl<L> Arguments<L> {
    /// Adds an argument.
    #[inline]
    pub fn with<F, T>(self, argument: Argument<F, T>) -> Arguments<And<L, Argument<F, T>>> {
        Arguments(And::new(self.0, argument))
    }

    /// Waits for all values; `flatten` makes a tuple of them.
    #[inline]
    pub fn done<O, V, T>(self, flatten: fn(V) -> T) -> impl Future<Output = T>
    where
        L: List<Never, Outputs = O>,
        O: Values<Values = V>,
    {
        Map::new(Until::new(self.0), move |outputs: O| flatten(outputs.values()))
    }
}

/// The outputs of children that have all ended.
pub trait Values {
    /// `(((), A), B)`.
    type Values;

    /// Takes them out of their `Option`s.
    fn values(self) -> Self::Values;
}

impl Values for () {
    type Values = ();

    #[inline]
    fn values(self) {}
}

impl<L: Values, T> Values for (L, Option<T>) {
    type Values = (L::Values, T);

    #[inline]
    fn values(self) -> Self::Values {
        (self.0.values(), self.1.expect("all have ended"))
    }
}
