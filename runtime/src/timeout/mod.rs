//! Work with a limit of time.
//!
//! # The protocol
//!
//! 1. The body is polled before the clock is asked: what is ready counts, however late it is, and a limit
//!    of zero still takes the value of a body that does not wait.
//! 2. At the deadline the body is cancelled, once: its scope drops it. No line of it runs again.
//! 3. `Err(Elapsed)` comes out only after the scope has ended, which is after the async exits of the body.
//!    If the body had ended by then, and only cleanups were left, its value comes out instead.
//! 4. Of nested timeouts that are due in the same poll the innermost speaks first: it is polled first. An
//!    outer one that fires cancels the inner one, which then never reports.
//!
//! # The parts
//!
//! 1. `limit`: what a limit may be.
//! 2. `elapsed`: the error.
//! 3. `fixed`: [`timeout`] and [`timeout_at`], which allocate nothing.
//! 4. `movable`: [`timeout_with`], whose deadline can be read and moved, by the body and from outside;
//!    `deadline`: the handle for that, and the state that the two share.

mod deadline;
mod elapsed;
mod fixed;
mod limit;
mod movable;
#[cfg(test)]
mod tests;

pub use deadline::{Deadline, DeadlineError};
pub use elapsed::Elapsed;
pub(crate) use fixed::limited;
pub use fixed::{Timeout, timeout, timeout_at};
pub use limit::IntoDeadline;
pub(crate) use limit::Limit;
pub use movable::{Movable, TimeoutWith, timeout_with};
