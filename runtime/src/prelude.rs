//! What most programs use: `use taipan::prelude::*;`.
//!
//! The macros `gather!`, `try_gather!`, `race!`, `race_ok!`, `timeout!`, `sleep!`, `with!`, `finally!` and
//! `task_group!` with the functions of the same names, `select!`, `async_for!`, `stream!`, `generator!` and `task_local!`, `spawn` and
//! its kin, what `with` needs, `AsyncIterator`, and `1.5.secs()`. Never `main` and `test`: they are written
//! as `#[taipan::main]` and `#[taipan::test]`.
//!
//! # Examples
//!
//! ```
//! use taipan::prelude::*;
//!
//! taipan::run(async {
//!     let task = spawn(async { 1 });
//!     let (a, b) = gather!(task, async { 2 }).await;
//!     assert_eq!(a.unwrap() + b, 3);
//! });
//! ```

pub use crate::time::Units as _;
pub use crate::{
    AsyncIterator, Outcome, Resource, Task, TaskGroup, async_for, closing, finally, gather,
    generator, race, race_ok, select, shield, sleep, spawn, spawn_local, stream, task_group,
    task_local, timeout, to_thread, try_gather, try_task_group, try_with, with, yield_now,
};
