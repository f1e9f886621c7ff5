//! Whether a value is an `Err`.
//!
//! The type decides, by the traits in [`levels`]: their methods have one name, each is for one reference
//! less, and a method call on `&&Given` tries them in that order. (A name that no trait of the user's has.)

use std::fmt;
use std::ops::Deref;

use crate::Outcome;

/// What a body gave.
pub struct Given<'a, T>(&'a T);

impl<'a, T> Given<'a, T> {
    pub fn new(value: &'a T) -> Self {
        Given(value)
    }
}

/// For rustc: a type that is not known yet is asked for, and not taken for the first that would do.
impl<T> Deref for Given<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

impl<T> fmt::Debug for Given<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given")
    }
}

pub mod levels {
    use super::*;

    pub trait Fallible {
        fn taipan_outcome(&self) -> Outcome;
    }

    impl<T, E> Fallible for &Given<'_, Result<T, E>> {
        fn taipan_outcome(&self) -> Outcome {
            if self.0.is_ok() { Outcome::Returned } else { Outcome::Failed }
        }
    }

    pub trait Infallible {
        fn taipan_outcome(&self) -> Outcome;
    }

    impl<T> Infallible for Given<'_, T> {
        fn taipan_outcome(&self) -> Outcome {
            Outcome::Returned
        }
    }
}
