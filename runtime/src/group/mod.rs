//! Structured concurrency: [`task_group`] ends only when all the tasks in it have ended.
//!
//! The body spawns children into the group; each is a task of its own, which runs on any worker. The
//! group ends when the body and all children have, their async exits included.
//!
//! # What holds
//!
//! 1. The first failure, of a child or of the body, cancels everybody else; all are awaited, and all
//!    errors are given, in the order in which they happened: [`GroupError`]. A child fails by an `Err`; being
//!    cancelled is no failure. In a [`supervisor`](TaskGroup::supervisor) a child's failure cancels nobody.
//! 2. A panic counts as a failure and is resumed once all have ended. The first one is: later ones, and errors beside
//!    it, are reported to the error hook.
//! 3. A group that is cancelled or dropped cancels its children, and the enclosing scope waits for them.
//! 4. A group takes children until it begins to end: what is spawned later is cancelled before it starts.
//! 5. A child that has ended is forgotten at once: a group that runs for ever does not grow.
//
// The protocol
//
// A group is one `State` under a lock: its phase, a slot for each child that is alive, the queue of those
// that wait for a place, and what went wrong so far. The lock is a leaf: what a change entails (wakes,
// starts, drops of the user's values) is noted in an `After` and done once the lock is released.
//
// 1. A child takes its slot first; its task's handle follows into the slot (`settle`), and only then the task is
//    scheduled. So whoever closes the group reaches all children that run, also one that closes it itself.
// 2. A child *leaves* when its body and all its cleanups have ended, also if it was cancelled: it frees its place,
//    which starts the next in the queue. What is left of its task (a few instructions of another worker's) is in
//    `ended`, until the next child that leaves sweeps it out or the owner joins it.
// 3. *Closing* happens once: at a failure, `cancel`, the drop of the owner, or when the body has ended and no
//    child holds the group open. It cancels the body and all children and empties the queue. From then on nobody
//    is let in, so the end comes.
// 4. The owner, which runs the body, waits for the last slot to be empty. Dropped, it closes the group and
//    defers one cleanup: first what the body left behind, then the wait.
//
// The files
//
// 1. `output`: what a child may give.
// 2. `state`: the state and its changes.
// 3. `child`: the future of a child's task.
// 4. `owner`: the body, the end, and what becomes of the errors.
// 5. `handle`: `TaskGroup`; `run`: the ways to run a body.
// 6. `place`: waiting for a free place.
// 7. `start`: waiting until a child is ready.
// 8. `error`: `GroupError`; `closed`: `Closed`.
// 9. `task_set`: `TaskSet`, and `end_queue`: which of its tasks have ended. It shares nothing with the groups.
#![forbid(unsafe_code)]

mod child;
mod closed;
mod end_queue;
mod error;
mod handle;
mod output;
mod owner;
mod place;
mod run;
mod start;
mod state;
mod task_set;

pub use closed::Closed;
pub use error::{Errors, GroupError};
pub use handle::TaskGroup;
pub use output::ChildOutput;
pub(crate) use owner::{BodyEnd, Owner};
pub use run::{task_group, try_task_group};
pub use start::{Ready, StartError};
pub use task_set::TaskSet;
