//! asyncio for Rust.
#![allow(dead_code, unused_imports)] // until the floors above use the floors below

mod combine;
mod current;
mod info;
#[macro_use]
mod macros;
mod registry;
mod report;
pub mod runtime;
mod sched;
mod scope;
pub mod task;
pub mod time;
mod wakeset;

#[doc(hidden)]
pub mod __private;

pub use combine::{AllFailed, Gather, Race, RaceOk, TryGather, gather, race, race_ok, try_gather};
pub use report::{Report, ReportKind};
pub use runtime::{Handle, Runtime, run};
pub use task::{
    Task, TaskError, TaskId, TaskInfo, current, spawn, spawn_local, tasks, try_current, yield_now,
};

/// Any error, as the examples and `main` use it: `Send + Sync`, so that tasks may give it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A result with any error; `()` if nothing else is said.
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;
