//! Child processes: [`Command`] starts one, [`Child`] is one.
//!
//! A child belongs to the code that started it. Given to [`with`](crate::with()), it is killed at the exit
//! and reaped, so that nothing of it is left when the scope goes on; [`Command::output`] and
//! [`Command::status`] do the same when they are cancelled. A handle that is dropped kills its child
//! as well; only [`Child::detach`] lets one outlive it.
//!
//! Processes are real, also where a test's clock is virtual: that clock does not wait for them, and a timeout
//! around one is over as soon as everybody else waits.
//!
//! Built on the `async-process` crate: waiting takes no thread, except for one in the whole program that
//! reaps the children whose handles are dropped.
//
// 1. `command`: what to start, and how.
// 2. `child`: what runs then; its exit.
#![forbid(unsafe_code)]

mod child;
mod command;

pub use async_process::{ChildStderr, ChildStdin, ChildStdout};
pub use child::Child;
pub use command::Command;
pub use std::process::{ExitStatus, Output, Stdio};
