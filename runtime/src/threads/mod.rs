//! Blocking work on threads of its own, and the way back from there.
//!
//! | to | use |
//! |---|---|
//! | make a blocking call | [`to_thread`] |
//! | compute for long | [`compute`] |
//! | make blocking calls, but only so many at a time | [`ThreadPool`] |
//! | run async code from inside such a call, and wait for it | [`from_thread`] |
//! | run async code from a thread of one's own, and wait for it | [`Portal`] |
//! | start it from there, and not wait | [`Handle`](crate::Handle) |
//!
//! # What holds
//!
//! 1. A call that has not started is withdrawn when the code that awaits it is cancelled. A call that runs cannot be stopped:
//!    the enclosing scope waits for its end. It may ask: [`check_cancelled`].
//! 2. Each call stands in the list of tasks with the line that asked for it, and `run` waits for it at its end; one that
//!    does not end within the shutdown timeout is named.
//! 3. A panic of a call is that of the code that awaits it. If nobody does any more, it is reported.
//! 4. Calls that block hold up neither the tasks nor, while their pool may start threads, each other.
//! 5. Async code that a call runs is cancelled with the code that awaits the call; the call is told, once its exits have run.
//
// The files
//
// 1. `pool`: threads that take jobs from one queue.
// 2. `border`: where a call meets the code that awaits it.
// 3. `call`: a call in the list of tasks, and on its thread.
// 4. `to_thread`: the future of a call, and `to_thread`; `compute`.
// 5. `thread_pool`, `builder`: `ThreadPool`.
// 6. `from_thread`, and `letter`: what it sends over; `cancelled`: its error.
// 7. `portal`.
// 8. `model`: `pool` and `border`, model-checked.
#![forbid(unsafe_code)]

mod border;
mod builder;
mod call;
mod cancelled;
mod compute;
mod from_thread;
mod letter;
#[cfg(all(test, taipan_loom))]
mod model;
mod pool;
mod portal;
mod thread_pool;
mod to_thread;

pub use builder::ThreadPoolBuilder;
pub use cancelled::Cancelled;
pub use compute::compute;
pub use from_thread::{check_cancelled, from_thread};
pub use portal::{Portal, PortalError};
pub use thread_pool::{ThreadPool, ThreadPoolStatistics};
pub use to_thread::{ToThread, to_thread};
