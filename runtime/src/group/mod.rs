//! Structured concurrency: [`task_group`] ends only when all the tasks in it have ended.
//!
//! The body spawns children into the group; each is a task of its own, which runs on any worker. The
//! group ends when the body and all children have, their async exits included. A [`TaskSet`] is for tasks whose
//! values are taken as they come.
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
//! 5. A child that has ended is forgotten at once: a group that runs for ever does not grow. How it ended is
//!    kept for its handle, a [`Child`], if there is one.
//
// The protocol
//
// A group is one `State` under a lock: its phase, a slot for each child that is alive, the queue of those
// that wait for a place, and what went wrong so far. The lock is a leaf: what a change entails (wakes,
// starts, drops of the user's values) is noted in an `After` and done once the lock is released.
//
// 1. A child takes its slot first; its task's handle follows into the slot (`settle`), and only then the task is
//    scheduled. So whoever closes the group reaches all children that run, also one that closes it itself. A child
//    that waits for a place has its slot already.
// 2. A child *leaves* when its body and all its cleanups have ended, also if it was cancelled: it frees its place,
//    which starts the next in the queue. What is left of its task (a few instructions of another worker's) is in
//    `ended`, until the next child that leaves sweeps it out or the owner joins it.
// 3. *Closing* happens once: at a failure, `cancel`, the drop of the owner, or when the body has ended and no
//    child holds the group open. It cancels the body and all children and empties the queue. From then on nobody
//    is let in, so the end comes.
// 4. A slot is kept for as long as the child's handle lives, and says through it how the child ended; without a
//    handle it is freed at once. A handle allocates nothing, and a value does only if somebody may ask for it.
// 5. The owner, which runs the body, waits for the last slot to be empty. Dropped, it closes the group and
//    defers one cleanup: first what the body left behind, then the wait.
//
// The files
//
// 1. `output`: what a child may give.
// 2. `state`: the state; `slots`: what is known of each child; `queue`: who waits for a place.
// 3. `seat`: the future of a child's task.
// 4. `owner`: the body, the end, and what becomes of the errors.
// 5. `handle`: `TaskGroup`, and the ways to take a child in; `run`: how a group is made, run and cancelled.
// 6. `child`: `Child`, the handle of a child; `child_error`: `ChildError`.
// 7. `place`: waiting for a free place.
// 8. `start`: waiting until a child is ready.
// 9. `error`: `GroupError`; `closed`: `Closed`.
// 10. `task_set`: `TaskSet`, and `end_queue`: which of its tasks have ended. It shares nothing with the groups.
#![forbid(unsafe_code)]

mod child;
mod child_error;
mod closed;
mod end_queue;
mod error;
mod handle;
mod output;
mod owner;
mod place;
mod queue;
mod run;
mod seat;
mod slots;
mod start;
mod state;
mod task_set;

pub use child::{Child, JoinedChild, WatchedChild};
pub use child_error::ChildError;
pub use closed::Closed;
pub use error::{Errors, GroupError};
pub use handle::TaskGroup;
pub use output::ChildOutput;
pub(crate) use owner::{BodyEnd, Owner};
pub use run::{task_group, try_task_group};
pub use start::{Ready, StartError};
pub use task_set::TaskSet;
