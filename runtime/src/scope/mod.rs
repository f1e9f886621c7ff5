//! Cancellation that runs async cleanup: *drop and defer*.
//!
//! # The protocol
//!
//! Cancelling is dropping, as everywhere in Rust. What needs an async end does not end in `drop`: it
//! *defers* the rest, a [`Cleanup`](crate::current::Cleanup) that owns all that it needs, to the
//! innermost scope on this thread's stack, which is the one that drops it. Then:
//!
//! 1. A [`Scope`] reports its end only after everything that was deferred inside it has run.
//! 2. A scope that is dropped itself hands what is left, half run or not begun, to the scope that
//!    drops it. So a cleanup that has begun is never cancelled; it only changes who waits.
//! 3. Outside every scope a cleanup becomes a task of the runtime, which ends only after it.
//! 4. The cleanups of one scope run concurrently, on the task that waits. What must be ordered, an
//!    inner exit before an outer one, is chained by whoever defers it into one cleanup.
//! 5. A panic, in the body, in a cleanup or in a destructor, stops no other cleanup; the first one
//!    is resumed once all have run.
//!
//! After a cancellation no line of the cancelled code runs again. Nothing marks a tree, nothing is
//! counted, and a value that is forgotten holds up nobody.
//!
//! # The mechanism
//!
//! Scopes nest on the stack. A thread has one list of what is deferred and not claimed yet, and a
//! scope reads its height before and after it polls its child: what lies above was deferred inside.
//! That is all a scope costs while nothing is deferred.
//!
//! 1. `cleanups`: defer, collect, and the running cleanups of one scope.
//! 2. `driver`: [`Scope`], the only thing that polls a future it may cancel.

mod cleanups;
mod driver;
#[cfg(test)]
mod tests;

pub(crate) use cleanups::{Cleanups, Payload, collect, defer, defer_boxed, defer_exit};
pub(crate) use driver::Scope;
