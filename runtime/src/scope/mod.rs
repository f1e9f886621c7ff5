//! Cancellation that runs async cleanup: *drop and defer*.
//!
//! Read `cleanups` first: it opens with the protocol, and is the mechanism.
//!
//! 1. `cleanups`: defer, collect, and the running cleanups of one scope.
//! 2. `driver`: [`Scope`], the only thing that polls a future it may cancel.

mod cleanups;
mod driver;
#[cfg(test)]
mod tests;

pub(crate) use cleanups::{Cleanups, Payload, collect, defer, defer_boxed, defer_exit};
pub(crate) use driver::Scope;
