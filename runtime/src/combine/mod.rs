//! Several futures at once, on the task that awaits them.
//!
//! 1. `gather`: all values, in order.
//! 2. `try_gather`: all values, or the first error.
//! 3. `race`: the first value.
//! 4. `race_ok`: the first `Ok`, or all errors.
//! 5. `all_failed`: those errors.
//! 6. `as_completed`: all values, as they come: a stream.
//! 7. `child`: a future, then its output.
//! 8. `children`: what the five poll, on the heap: the futures of an iterator.
//! 9. `pinned`: where these stand.
//! 10. `until`: those children, until one gives what is wanted.
//! 11. `list`: what the macros of a fixed arity poll, without the heap.
//! 12. `scoped`: a future that ends only after what it dropped has ended.
//! 13. `cancel_unsafe`: which futures `select!` should not drop half-way.
//!
//! What ends before its children do (`try_gather`, `race`, `race_ok`) drops them inside a scope, so
//! that their async exits have run before its value is given. What waits for all of them (`gather`)
//! needs no scope: if it is dropped itself, its children go to the scope that drops it. So do those of
//! `as_completed`, which ends when its user leaves it.

mod all_failed;
mod as_completed;
mod cancel_unsafe;
mod child;
mod children;
mod gather;
pub mod list;
mod pinned;
mod race;
mod race_ok;
mod scoped;
#[cfg(test)]
mod tests;
mod try_gather;
mod until;

pub use all_failed::AllFailed;
pub use as_completed::{AsCompleted, as_completed};
pub use cancel_unsafe::{CancelUnsafe, cancel_unsafe};
pub use gather::{Gather, gather};
pub use race::{Race, race};
pub use race_ok::{RaceOk, race_ok};
pub use try_gather::{TryGather, try_gather};
