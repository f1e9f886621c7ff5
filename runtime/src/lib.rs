//! asyncio for Rust: structured concurrency, async cleanup that always runs, and a macro DSL.
//!
//! Start with [`run`], [`spawn`] and [`sleep`](sleep()).
#![doc(test(attr(deny(warnings))))]
// Allowed again in three files, each for what its head explains: `registry`, `task::root`, `task::spawn`.
#![deny(unsafe_code)]

// The floors, lowest first: a module uses only what stands below it, or beside it.
// 1: the ground.
mod current;
mod error;
mod info;
mod registry;
mod report;
mod wakeset;
// 2: what every poll passes through; where tasks meet.
mod scope;
pub mod sync;
pub mod time;
// 3: around futures.
mod combine;
mod sched;
pub mod timeout;
pub mod with;
// 4: one task.
pub mod task;
// 5: who runs.
pub mod runtime;
// 6: many tasks, many threads.
pub mod group;
mod threads;
// 7: the world outside.
pub mod fs;
pub mod io;
pub mod process;
// 8: the front door.
mod entry;
#[macro_use]
mod macros;
pub mod prelude;
mod testing;

#[doc(hidden)]
pub mod __private;

pub use combine::{
    AllFailed, AsCompleted, Gather, Race, RaceOk, TryGather, as_completed, gather, race, race_ok,
    try_gather,
};
pub use error::{BoxError, Result, ok};
pub use group::{GroupError, TaskGroup, TaskSet, task_group, try_task_group};
pub use report::{Report, ReportKind};
pub use runtime::{Handle, Runtime, run};
pub use taipan_macros::{main, test};
pub use task::{
    Task, TaskError, TaskId, TaskInfo, current, spawn, spawn_local, tasks, try_current, wait,
    yield_now,
};
pub use threads::{ToThread, to_thread};
pub use time::{interval, sleep, sleep_until};
pub use timeout::{Elapsed, timeout, timeout_at};
pub use with::{Outcome, Resource, closing, finally, shield, try_with, with};

/// The readme's examples, as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
