//! The macros with a body: `with!`, `finally!`, `timeout!(limit, { .. })`, `task_group!`.
//!
//! Something happens when the body ends, however it ends, so the body cannot stand in the function as it
//! is: it runs in an async block. Yet it acts as a part of the function:
//!
//! 1. The async block has the *function's* return type. So `?` and `return` in the body, also those that
//!    another macro hides, end the async block, and the macro returns what they gave. The value of the
//!    body itself is left in a slot, and the async block is dropped then.
//! 2. A `break` or `continue` that leaves the body is handed to the macro, which makes it outside.
//!
//! The return type is learned from a `return` that is never reached, and so is the type of the value: by
//! then rustc knows what the code around expects, which reaches into the body (`Ok(..)` needs no types
//! there, and a `Box<Error>` becomes what it should be).
//!
//! # The parts
//!
//! 1. `jumps`: the jumps that leave a body.
//! 2. `tail`: whether the value of a body may be an `Err`.
//! 3. `expand`: the body, and the code around it.
//! 4. `parse`: what the macros have in common.
//! 5. `with`, `finally`, `timeout`, `task_group`: one macro each.

mod expand;
mod jumps;
mod parse;
mod tail;

mod finally;
mod task_group;
mod timeout;
mod with;

#[cfg(test)]
mod tests;

pub(crate) use finally::expand as finally;
pub(crate) use task_group::expand as task_group;
pub(crate) use timeout::expand as timeout;
pub(crate) use with::expand as with;
