//! Owned permits and owned guards: their exit gives them back.
//!
//! Dropped as a plain local they are given back at once, before the async exits of the code that is
//! cancelled. As the resource of a `with` they are held until the exits inside have run.

use std::hash::Hash;

use super::{Outcome, Resource};
use crate::sync::{
    OwnedLimiterToken, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard,
    OwnedSemaphorePermit,
};

/// The exit gives the permit back.
impl Resource for OwnedSemaphorePermit {
    type Exit = ();

    async fn exit(self, _: Outcome) {}
}

/// The exit gives the token back.
impl<B: Eq + Hash + Send> Resource for OwnedLimiterToken<B> {
    type Exit = ();

    async fn exit(self, _: Outcome) {}
}

/// The exit unlocks.
impl<T: Send> Resource for OwnedMutexGuard<T> {
    type Exit = ();

    async fn exit(self, _: Outcome) {}
}

/// The exit unlocks.
impl<T: Send + Sync> Resource for OwnedRwLockReadGuard<T> {
    type Exit = ();

    async fn exit(self, _: Outcome) {}
}

/// The exit unlocks.
impl<T: Send + Sync> Resource for OwnedRwLockWriteGuard<T> {
    type Exit = ();

    async fn exit(self, _: Outcome) {}
}
