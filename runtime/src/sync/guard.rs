//! What a lock that is held is: the same for every lock, borrowed or owned.
//!
//! The permits decide who uses the data. A mutex has one permit: who holds it may change the data. A lock for readers
//! and writers has very many: who holds one may read, and who holds all may change. A guard is made of the permits for
//! what it does, and keeps them.
//!
//! Unsafe stands here because the compiler does not see that.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::sync::Arc;

/// Data that is used by who holds the permits for it. `U` may be shared as far as the lock may.
pub(super) struct Data<T, U> {
    data: UnsafeCell<T>,
    users: PhantomData<U>,
}

/// One user at a time, who may be on any thread.
pub(super) struct One<T>(PhantomData<std::sync::Mutex<T>>);

/// Many readers at a time, or one user. It goes to another thread as what is shared with that thread does: an owned guard
/// may stay behind.
pub(super) struct Many<T>(PhantomData<Arc<std::sync::RwLock<T>>>);

// SAFETY: the permits see to it that it is used as `U`, std's lock for the same users, would have it be used; and that one
// is `Sync` only where that is right.
#[allow(unsafe_code)]
unsafe impl<T: Send, U: Sync> Sync for Data<T, U> {}

impl<T, U> Data<T, U> {
    pub(super) fn new(data: T) -> Self {
        Data { data: UnsafeCell::new(data), users: PhantomData }
    }

    /// The address of the data: what is done there is up to who holds the permits.
    pub(super) fn address(&self) -> *mut T {
        self.data.get()
    }

    pub(super) fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    pub(super) fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

macro_rules! guard {
    (
        $(#[$docs:meta])*
        $name:ident<$($life:lifetime,)? T> {
            of: $of:ty,
            $lock:ident -> $ref:ty,
        }
    ) => {
        $(#[$docs])*
        #[must_use = "it unlocks as soon as the guard is dropped: bind it, as in `let guard = ..`"]
        pub struct $name<$($life,)? T> {
            held: $crate::sync::permits::Held<$of>,
            /// It may go to other threads, and be shared with them, as far as the data may.
            data: std::marker::PhantomData<Box<T>>,
        }

        impl<$($life,)? T> $name<$($life,)? T> {
            /// The permits must be those for what the guard does.
            pub(super) fn new(held: $crate::sync::permits::Held<$of>) -> Self {
                $name { held, data: std::marker::PhantomData }
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
                // SAFETY: the guard holds a permit for the data, so that nobody has the permits to change it, but for the
                // guard itself, which is borrowed.
                #[allow(unsafe_code)]
                unsafe {
                    &*self.held.of().data.address()
                }
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
                // SAFETY: the guard holds all permits for the data, so that nobody else has one, and the guard is borrowed
                // mutably.
                #[allow(unsafe_code)]
                unsafe {
                    &mut *self.held.of().data.address()
                }
            }
        }
    };
}

pub(super) use {guard, guard_mut};
