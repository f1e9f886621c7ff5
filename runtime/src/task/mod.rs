//! Tasks: [`spawn`], the handle [`Task`], and who is running.
//!
//! A task runs beside the code that spawned it. Its handle is awaited for its value, or its
//! [`TaskError`]; it is cancelled by [`Task::cancel`], and at the latest when main ends.
//! [`current`] is the task that asks, [`tasks`] are all that are alive.
//!
//! # Fairness
//!
//! The ready tasks take turns. No task can keep the others from running by awaiting what is always ready: see
//! [`coop`]. One that computes for long without awaiting anything can.
//
// The protocol
//
// A task is one allocation: the `Control` block, which the task, its handle and the list of
// live tasks share, and the `Root`, the future that the workers poll.
//
// 1. `cancel` sets a flag and wakes the task, if it waits; for that a task leaves its waker when it first does. (And
//    by that it keeps itself alive, though nobody else may.) The root sees the flag at its next poll and cancels its
//    scope: the body is dropped, what it deferred runs, and only then does the task end. A body that
//    had ended keeps its value.
// 2. The root catches every panic. Nobody's worker ends by a task.
// 3. A result that can be lost tells of itself: a panic that is dropped unread reports itself
//    (`ended::Unread`), and `detach` leaves word with the control block to report an `Err`.
// 4. The task stands in the list of live tasks from its spawn until its root is dropped; the root is
//    dropped before anybody who awaits the task is woken.
// 5. The control block's lock is a leaf: nothing is woken, dropped or called under it (`life`).
//
// The files
//
// 1. `control`: the control block, and the cancel request; `life`: how far the task has come.
// 2. `core`: what all tasks of one runtime share; the thread's runtime.
// 3. `root`: the future that is polled, its entry in the list, the running task.
// 4. `ended`: how a task ended, as it is kept for the handle.
// 5. `spawn`: how a future becomes a task; `local`: one that stays on its thread; `lane`:
//    those of a test's.
// 6. `ready`: where a task goes that was woken.
// 7. `join`: `Task`, the handle, around `inner`; `joined`: what awaits it.
// 8. `error`: `TaskError`.
// 9. `wait`: waiting for several tasks.
// 10. `yield_now`; `coop`: taking turns without it.

mod control;
pub mod coop;
mod core;
mod ended;
mod error;
mod inner;
mod join;
mod joined;
mod lane;
mod life;
mod local;
mod ready;
mod root;
mod share;
mod spawn;
mod wait;
mod yield_now;

pub(crate) use self::control::Control;
pub(crate) use self::core::{Core, Hook, asked_here, caused_here, core, enter, is_entered, local};
pub(crate) use self::ended::{Ended, Unread, contain};
pub(crate) use self::lane::{Lane, WhenBlocked};
pub(crate) use self::local::Local;
pub(crate) use self::ready::{Collecting, OwnQueue, collect_here, first_worker_is_awake};
pub(crate) use self::root::{Registration, Root, running};
pub(crate) use self::spawn::{expel, prepare, spawn_on};

pub use self::core::{current, tasks, try_current};
pub use self::error::TaskError;
pub use self::join::Task;
pub use self::joined::{Joined, Watched};
pub use self::spawn::{TaskBuilder, spawn, spawn_local};
pub use self::wait::{AllCompleted, FirstCompleted, FirstFailed, FirstPanicked, Wait, When, wait};
pub use self::yield_now::{YieldNow, yield_now};

pub use crate::info::{CancelReason, Holder, TaskId, TaskInfo, TaskKind, TaskState, Waiting};
