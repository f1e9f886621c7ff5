//! What a lock that is held is: the same for every lock, borrowed or owned.
//!
//! The line decides whose turn it is. The data lies in a lock of async-lock's, which barges and therefore
//! decides nothing here: it is taken by whoever has the turn, which never fails.

macro_rules! guard {
    (
        $(#[$docs:meta])*
        $name:ident<$($life:lifetime,)? T> {
            data: $data:ty = $take:ident,
            of: $of:ty,
            $lock:ident -> $ref:ty,
        }
    ) => {
        $(#[$docs])*
        #[must_use = "it unlocks as soon as the guard is dropped: bind it, as in `let guard = ..`"]
        pub struct $name<$($life,)? T> {
            /// Dropped first: the data is free before the next one has its turn.
            data: $data,
            held: $crate::sync::permits::Held<$of>,
        }

        impl<$($life,)? T> $name<$($life,)? T> {
            pub(super) fn new(held: $crate::sync::permits::Held<$of>) -> Self {
                let Some(data) = held.of().data.$take() else {
                    unreachable!("only who has the turn takes the data")
                };
                $name { data, held }
            }

            /// Returns what it locks.
            //
            // A function, as in std: a method would hide one of the data's.
            #[must_use]
            pub fn $lock(guard: &Self) -> $ref {
                guard.held.of()
            }
        }

        impl<$($life,)? T> std::ops::Deref for $name<$($life,)? T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.data
            }
        }

        impl<$($life,)? T: std::fmt::Debug> std::fmt::Debug for $name<$($life,)? T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

/// A guard that may change the data.
macro_rules! guard_mut {
    ($(#[$docs:meta])* $name:ident<$($life:lifetime,)? T> { $($fields:tt)* }) => {
        $crate::sync::guard::guard! { $(#[$docs])* $name<$($life,)? T> { $($fields)* } }

        impl<$($life,)? T> std::ops::DerefMut for $name<$($life,)? T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.data
            }
        }
    };
}

pub(super) use {guard, guard_mut};
