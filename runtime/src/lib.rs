//! asyncio for Rust.
#![allow(dead_code, unused_imports)] // until the floors above use the floors below

mod current;
mod info;
mod registry;
mod report;
mod scope;
pub mod time;

pub use info::{TaskId, TaskInfo, TaskKind, TaskState};
pub use report::{Report, ReportKind};
pub use time::{interval, sleep, sleep_until};

/// Any error, as the examples and `main` use it: `Send + Sync`, so that tasks may give it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A result with any error; `()` if nothing else is said.
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;
