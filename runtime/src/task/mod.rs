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
// A task is one allocation (`cell`): the `Control` block, which the task, its handle and the list of live tasks share,
// and the future that the workers poll. Main, blocking calls and tasks that stay on their thread have a control block on
// the heap by itself.
//
// 1. `cancel` sets a flag and wakes the task. A poll begins with a look at the flag, and cancels the task's scope: the
//    body is dropped, what it deferred runs, and only then does the task end. A body that had ended keeps its value.
// 2. A task keeps itself alive until its end, though nobody else may. Where the control block lies by itself, it leaves
//    its waker there when it first waits: for the cancel request, which finds all others by their address.
// 3. Every panic is caught. Nobody's worker ends by a task.
// 4. A result that can be lost tells of itself: a panic that is dropped unread reports itself
//    (`ended::Unread`), and `detach` leaves word with the control block to report an `Err`.
// 5. The task stands in the list of live tasks from its spawn until its future is dropped; that is
//    before anybody who awaits the task is woken.
// 6. The control block's lock is a leaf: nothing is woken, dropped or called under it (`life`).
//
// The files
//
// 1. `control`: the control block, and the cancel request; `life`: how far the task has come; `state`: that, and who
//    may touch what, in one word. `model`: it, model-checked.
// 2. `core`: what all tasks of one runtime share; the thread's runtime. `share`: a task's share in it.
// 3. `root`: what a poll is, the entry in the list, the running task.
// 4. `ended`: how a task ended, as it is kept for the handle.
// 5. `cell`: the allocation, seen from the queue as `runnable`, from a waker as `waker`, from the handle as `claim`.
// 6. `spawn`: how a future becomes a task; `local`: one that stays on its thread; `lane`:
//    those of a test's.
// 7. `ready`: where a task goes that was woken.
// 8. `join`: `Task`, the handle, around `inner`; `joined`: what awaits it.
// 9. `error`: `TaskError`.
// 10. `wait`: waiting for several tasks.
// 11. `yield_now`; `coop`: taking turns without it.

mod cell;
mod claim;
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
#[cfg(all(test, taipan_loom))]
mod model;
mod ready;
mod root;
mod runnable;
mod share;
mod spawn;
mod state;
mod wait;
mod waker;
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
