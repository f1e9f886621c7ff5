//! The children of a macro of fixed arity: a list of types, without the heap.
//!
//! `gather!(a(), b())` is `gather().with(a()).with(b()).done(..)`: each `with` makes a list one
//! longer, and so the list knows the type of each child. Every poll polls all children that have not
//! ended, in order; the output of each is kept beside it until all are wanted.
//!
//! While the list runs, it is polled and dropped child by child, and no two children have to agree on
//! a type. They do at the end only, when their outputs are made into one value: rustc forgets lifetimes
//! while it asks whether a task is `Send`, and `&'static str` would then differ from itself.
//!
//! 1. `argument`: an argument as a future.
//! 2. `until`: the list, run until an output ends it or all have ended.
//! 3. `gather`, 4. `try_gather`, 5. `race`, 6. `race_ok`, 7. `select`: what the macros of these names call.

mod argument;
mod gather;
mod race;
mod race_ok;
mod select;
mod try_gather;
mod until;

pub use argument::{Argument, Try};
pub use gather::gather;
pub use race::race;
pub use race_ok::race_ok;
pub use select::{Order, Selected, select};
pub use try_gather::try_gather;
