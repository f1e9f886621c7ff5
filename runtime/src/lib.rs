//! asyncio for Rust.
#![allow(dead_code, unused_imports)] // until the floors above use the floors below

mod current;
mod info;
mod registry;
mod report;
pub mod runtime;
mod sched;
mod scope;
pub mod task;
mod threads;
pub mod time;
mod timeout;

pub use report::{Report, ReportKind};
pub use runtime::{Handle, Runtime, run};
pub use task::{
    Task, TaskError, TaskId, TaskInfo, current, spawn, spawn_local, tasks, try_current, yield_now,
};
pub use time::{interval, sleep, sleep_until};
pub use timeout::{timeout, timeout_at};

/// Any error, as the examples and `main` use it: `Send + Sync`, so that tasks may give it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A result with any error; `()` if nothing else is said.
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;
