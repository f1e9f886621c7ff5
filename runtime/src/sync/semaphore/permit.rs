//! What an acquired permit is.

use std::fmt;
use std::sync::Arc;

use super::Semaphore;
use crate::sync::permits::Held;

macro_rules! permit {
    ($(#[$docs:meta])* $name:ident$(<$life:lifetime>)?, $of:ty) => {
        $(#[$docs])*
        #[must_use = "the permit is given back as soon as it is dropped: bind it, as in `let _permit = ..`"]
        pub struct $name$(<$life>)? {
            held: Held<$of>,
        }

        impl$(<$life>)? $name$(<$life>)? {
            pub(super) fn new(held: Held<$of>) -> Self {
                $name { held }
            }

            /// Returns how many permits this is: as many as were asked for.
            #[must_use]
            pub fn count(&self) -> usize {
                self.held.count()
            }

            /// Drops the permit without giving it back: the semaphore has fewer permits from now on.
            ///
            /// [`Semaphore::add_permits`] gives it back, from wherever that is known to be right.
            pub fn forget(self) {
                self.held.forget();
            }
        }

        impl$(<$life>)? fmt::Debug for $name$(<$life>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("count", &self.count()).finish_non_exhaustive()
            }
        }
    };
}

permit! {
    /// One or more permits of a [`Semaphore`], given back when they are dropped.
    SemaphorePermit<'a>, &'a Semaphore
}

permit! {
    /// One or more permits that share the ownership of their [`Semaphore`], given back when they are dropped.
    ///
    /// It is a [`Resource`](crate::Resource): a [`with`](crate::with()) holds it until the exits inside have
    /// run, also when the code is cancelled. In a plain local it is given back before them.
    OwnedSemaphorePermit, Arc<Semaphore>
}
