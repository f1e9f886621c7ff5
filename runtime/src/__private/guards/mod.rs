//! What the compile-time guards say.
//!
//! A proc macro knows no types, and cannot warn. So a guard is the call of a method that does nothing and is
//! `#[deprecated]`: its note is the warning, which stands where the method's name stands, and
//! `#[allow(deprecated)]` on the statement silences it.
//!
//! Whether there is something to say, the type decides. The call is `(&&Value::new(&value)).method()`, and a method is
//! looked for with one reference less after the other:
//!
//! 1. in [`Allowed`](blocking::Allowed), a trait that is in scope only under `blocking = allow`;
//! 2. in `Value`, for the values that the guard is about: this one is deprecated;
//! 3. in [`Nothing`], to which everything else leads.
//!
//! Of a path nothing need be known: there the call is `(&&Call).method()`, without the third step.
//!
//! Each guard is told of in one place: calls that block in `blocking`, values that get lost in `dropped`, the guards of
//! std that are kept in `held`. Each place has a `Value` of its own, whose path rustc shows.

pub mod blocking;
pub mod dropped;
pub mod held;

pub use blocking::Allowed;

/// There is nothing to say.
#[derive(Debug)]
pub struct Nothing;

/// Declares `Value`, of which only the type counts.
macro_rules! value {
    () => {
        pub struct Value<'a, T: ?Sized>(std::marker::PhantomData<&'a T>);

        impl<'a, T: ?Sized> Value<'a, T> {
            pub fn new(_: &'a T) -> Self {
                Value(std::marker::PhantomData)
            }
        }

        impl<T: ?Sized> std::fmt::Debug for Value<'_, T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("Value")
            }
        }

        /// For a method that there is not for this type.
        impl<T: ?Sized> std::ops::Deref for Value<'_, T> {
            type Target = $crate::__private::guards::Nothing;

            fn deref(&self) -> &Self::Target {
                &$crate::__private::guards::Nothing
            }
        }
    };
}

use value;
