//! asyncio for Rust: structured concurrency, async cleanup that always runs, and a macro DSL.
//!
//! ```toml
//! [dependencies]
//! taipan = { git = "https://github.com/taipan-rs/taipan" }
//! ```
//!
//! # A first program
//!
//! ```
//! use std::time::Duration;
//! use taipan::prelude::*;
//!
//! async fn cook(dish: &str, time: Duration) -> String {
//!     sleep(time).await;
//!     format!("hot {dish}")
//! }
//!
//! #[taipan::main]
//! async fn main() -> taipan::Result {
//!     let (rice, beans) = gather!(cook("rice", 1ms), cook("beans", 500us)).await; // both at once
//!     println!("{rice} and {beans}");
//!
//!     let task = spawn(cook("eggs", 1ms)); // runs beside us, on any core
//!     let eggs = timeout!(1m, task).await??; // the first `?` is for the time, the second for the task
//!     assert_eq!(eggs, "hot eggs");
//!
//!     let kitchen = closing("kitchen", |name| async move { println!("the {name} is closed") });
//!     with!(_ = kitchen, {
//!         println!("in the kitchen");
//!     }); // its exit has run, as it would after a `?`, a panic or a cancellation
//!     Ok(())
//! }
//! ```
//!
//! # The rules of the house
//!
//! - Where Python writes `await`, write `.await`. Where Python writes a block (`async with`, a task group, a timeout), and for [`select!`], the macro is
//!   the block and awaits by itself; in its body `?`, `return`, `break` and `continue` act on your function. [`gather!`], [`race!`] and
//!   `timeout!(limit, future)` make futures.
//! - Everything a macro does, a function or type does too.
//! - The names are Rust's; a search of these pages finds Python's as well.
//! - Every suspension is visible, and between two of them nothing is cancelled.
//! - Every task has an end, and no error is lost silently: what nobody can receive goes to the
//!   [error hook](runtime::Builder::error_hook).
//! - Time is written as time: `1.5s` in macros and in functions under our attributes, [`1.5.secs()`](time::Units) elsewhere.
//!
//! # Features
//!
//! `portable`: sockets wait through `async-io` on Linux too, as they do on other systems, and not through a poller of the
//! runtime's own. It is there to test that path; nothing but the speed depends on it.
//!
//! # Where to read on
//!
//! [`guide::coming_from`] has what to write for what you know from asyncio and trio, [`guide::structured`] the ways to run several
//! things at once, [`guide::cancellation`] what holds when code is cancelled: read that one before you write a server.
#![doc(test(attr(deny(warnings))))]
// Allowed again in eight files, each for what its head explains: `combine::pinned`, `registry`, `sync::guard`,
// `sync::oneshot::cell`, `sync::permits::acquire`, `task::root`, `task::spawn`, `wakeset::word`.
#![deny(unsafe_code)]

// The floors, lowest first: a module uses only what stands below it, or beside it.
// 1: the ground.
mod budget;
mod current;
mod error;
mod info;
pub mod local;
mod registry;
mod report;
mod waits;
mod wakeset;
// 2: what every poll passes through; where tasks meet.
mod scope;
pub mod sync;
pub mod time;
// 3: around futures.
mod combine;
mod poller;
mod sched;
pub mod stream;
pub mod timeout;
pub mod with;
// 4: one task.
pub mod task;
// 5: who runs.
pub mod runtime;
// 6: many tasks, many threads.
pub mod group;
pub mod threads;
// 7: the world outside.
pub mod fs;
pub mod io;
pub mod net;
pub mod process;
// 8: the front door.
mod entry;
pub mod guide;
#[macro_use]
mod macros;
pub mod prelude;
pub mod testing;

#[doc(hidden)]
pub mod __private;

pub use combine::{
    AllFailed, AsCompleted, CancelUnsafe, Gather, Race, RaceOk, TryGather, as_completed,
    cancel_unsafe, gather, race, race_ok, try_gather,
};
pub use error::{BoxError, Result, ok};
pub use group::{GroupError, TaskGroup, TaskSet, task_group, try_task_group};
pub use report::{Report, ReportKind};
pub use runtime::{Handle, Runtime, run};
pub use stream::AsyncIterator;
pub use taipan_macros::{checked, main, test};
pub use task::{
    Task, TaskError, TaskId, TaskInfo, current, spawn, spawn_local, tasks, try_current, wait,
    yield_now,
};
pub use threads::{Portal, ThreadPool, ToThread, compute, from_thread, to_thread};
pub use time::{interval, sleep, sleep_until};
pub use timeout::{Elapsed, timeout, timeout_at};
pub use with::{Outcome, Resource, closing, finally, shield, try_with, with};

/// The readme's examples, as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
