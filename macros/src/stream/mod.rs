//! Items one after the other: `async_for!` uses them, `stream!` and `generator!` make them.
//!
//! The loop is a real loop of the function, so that everything in it is the function's own. A generator
//! is an async block in which each `yield` has become the await of a slot, as the runtime's `stream::generator`
//! explains: so it works wherever the block can be awaited, also in the bodies of our other macros, which are
//! looked into. Where a `yield` cannot be seen, or could not be awaited, it is an error.
//!
//! If the body has a `?` of its own or returns a value, it ends with a `Result<(), E>`, and its items are a
//! `Result`; else it ends with `()`.
//!
//! # The parts
//!
//! 1. `looped`: `async_for!`.
//! 2. `for_await`: the same inside a generator, as `for await`.
//! 3. `body`: what a body with `yield` becomes.
//! 4. `expression`: `stream!`.
//! 5. `function`: `generator!`.

mod body;
mod expression;
mod for_await;
mod function;
mod looped;
#[cfg(test)]
mod tests;

pub(crate) use expression::expand as stream;
pub(crate) use function::expand as generator;
pub(crate) use looped::{Loop, expand as async_for};
