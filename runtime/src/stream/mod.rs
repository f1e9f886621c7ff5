//! Items that come one after the other, each awaited: [`Stream`] and [`AsyncIterator`].
//!
//! Three ways to write one, and one to use it:
//!
//! 1. [`stream!`](crate::stream!) makes a [`Stream`] of a block that `yield`s its items, and
//!    [`generator!`](crate::generator!) a function that returns one: Python's async generators.
//! 2. [`AsyncIterator`] has an `async fn next`: Python's class with `__anext__`.
//! 3. [`Stream`] is the trait of the ecosystem, implemented by hand.
//! 4. [`async_for!`](crate::async_for!) is the loop over any of them: Python's `async for`.
//!
//! The adapters are those of the ecosystem: `StreamExt` of `futures-lite` or of `futures-util`.
//!
//! # A generator that is left half-way
//!
//! It is dropped where the loop is left, and stops at its `yield`; no line of it runs again. The exits inside
//! it ([`with!`](crate::with!), [`finally!`](crate::finally!)) run, and the enclosing scope, at the latest the
//! task, ends only after them: nothing is left to a collector. A loop does not wait for them itself: for that, put
//! the loop into a `with!` or a `timeout!` of its own.
//
// The parts
//
// 1. `iterator`: `AsyncIterator`.
// 2. `items`: what `async_for!` goes over.
// 3. `generator`: what `stream!` and `generator!` make.
#![forbid(unsafe_code)]

pub(crate) mod generator;
pub(crate) mod items;
mod iterator;

pub use futures_core::Stream;
pub use iterator::AsyncIterator;
