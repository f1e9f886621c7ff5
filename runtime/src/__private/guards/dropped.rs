//! Values that are thrown away, and with them what was meant to happen.

use std::hash::Hash;

use super::{Nothing, value};
use crate::Task;
use crate::sync::{
    LimiterToken, MutexGuard, OwnedLimiterToken, OwnedMutexGuard, OwnedRwLockReadGuard,
    OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLockReadGuard, RwLockWriteGuard,
    SemaphorePermit,
};

value!();

impl Nothing {
    pub fn future(&self) {}
    pub fn error_of_task(&self) {}
    pub fn permit(&self) {}
    pub fn results(&self) {}
}

impl<T: Future> Value<'_, T> {
    #[deprecated(
        note = "this future is dropped, so that it never runs: add `.await`, or start it in the background by `spawn(..)`"
    )]
    pub fn future(&self) {}
}

impl<T: Fallible> Value<'_, T> {
    #[deprecated(
        note = "an error of this task would be lost: `.await` the task, or `.detach()` it"
    )]
    pub fn error_of_task(&self) {}
}

impl<P: Permit> Value<'_, P> {
    #[deprecated(
        note = "`_` binds nothing, so that this is given back at once: give it a name, as in `let _permit = ..`"
    )]
    pub fn permit(&self) {}
}

impl<T: Results> Value<'_, T> {
    #[deprecated(
        note = "the errors in this `Vec` are lost: write `try_gather!`, or look at each of the results"
    )]
    pub fn results(&self) {}
}

/// A task with an error that nobody would see.
pub trait Fallible {}

impl<T, E> Fallible for Task<Result<T, E>> {}

/// Several results, of which rustc misses none.
pub trait Results {}

impl<T, E> Results for Vec<Result<T, E>> {}

/// What is held as long as it has a name, or comes as a `Result` of that.
pub trait Permit {}

impl<P: Permit, E> Permit for Result<P, E> {}
impl<P: Permit> Permit for Option<P> {}

impl Permit for SemaphorePermit<'_> {}
impl Permit for OwnedSemaphorePermit {}
impl<T> Permit for MutexGuard<'_, T> {}
impl<T> Permit for OwnedMutexGuard<T> {}
impl<T> Permit for RwLockReadGuard<'_, T> {}
impl<T> Permit for RwLockWriteGuard<'_, T> {}
impl<T> Permit for OwnedRwLockReadGuard<T> {}
impl<T> Permit for OwnedRwLockWriteGuard<T> {}
impl<B: Eq + Hash> Permit for LimiterToken<'_, B> {}
impl<B: Eq + Hash> Permit for OwnedLimiterToken<B> {}
