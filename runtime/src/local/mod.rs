//! Task locals: values that a task and all that it starts find without being handed them. Python's `contextvars`.
//!
//! [`task_local!`](crate::task_local!) declares one. For what every line of a request may want to know and no
//! signature should have to pass on: its number for the log, its user, a deadline, a precision.
//!
//! # What holds
//!
//! - *A child inherits.* What is started finds the values that whoever started it found at that moment: tasks
//!   ([`spawn`](crate::spawn()), [`spawn_local`](crate::spawn_local), the children of a
//!   [`TaskGroup`](crate::TaskGroup), also those that have to wait for a place), calls of
//!   [`to_thread`](crate::to_thread), the main task of a [`run`](crate::run).
//! - *What it changes stays its own.* [`LocalKey::set`] acts on the task that calls it and on what it starts from then
//!   on: not on its parent, and not on the children that it has.
//! - *Only what is started inherits.* The branches of [`gather!`](crate::gather!), [`race!`](crate::race!) and
//!   [`select!`](crate::select!) are parts of one task: what one sets, the others find. Give each its own value by
//!   [`LocalKey::scope`], which ends with its future, whatever becomes of it.
//! - *An exit finds what its body found.* The exits of [`with!`](crate::with!), [`finally!`](crate::finally!) and
//!   [`shield`](crate::shield()) that run because of a cancellation find the values of the task, and of the scope, that was
//!   cancelled. (Half-run code that is carried elsewhere by hand and dropped there: those of whoever drops it.)
//! - *A stream finds what whoever polls it finds*: a generator is no task, and has no values of its own.
//! - *Outside every task* the values are the thread's own: a plain thread, or one in somebody else's `block_on`, may
//!   set them, and what it spawns through a [`Handle`](crate::Handle), or runs, inherits them.
//!
//! A value is shared by all that inherit it, and dropped with the last of them. So it is `Send + Sync`, and one that
//! all are to change together is an `Arc` of an atomic or a lock.
//!
//! # What it costs
//!
//! Where no local is set nothing: no allocation, and a look at two flags for the poll of a task. To inherit is
//! to count one reference, however many locals there are. To set one copies the list of those that are set, if it is shared.
//
// The parts
//
// 1. `locals`: the list of values, and the thread's.
// 2. `within`: a future with a list of its own: what tasks and cleanups are made of.
// 3. `overlay`: another value of one local; `scoped`: the future that runs with it.
// 4. `key`: `LocalKey`.
#![forbid(unsafe_code)]

mod key;
mod locals;
mod overlay;
mod scoped;
mod within;

pub(crate) use locals::Locals;
pub(crate) use within::Within;

pub use key::{AccessError, LocalKey, Token};
pub use scoped::Scoped;
