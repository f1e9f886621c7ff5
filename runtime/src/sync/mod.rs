//! Where tasks meet: locks, permits, signals.
//!
//! | to | use |
//! |---|---|
//! | let a few of many go on at a time | [`Semaphore`] |
//! | the same, and know who they are | [`Limiter`] |
//! | change shared data, across an `.await` | [`Mutex`] |
//! | read shared data often and change it seldom, across an `.await` | [`RwLock`] |
//! | wait until the data of a mutex has changed | [`Condvar`] |
//! | wait until something has happened | [`Event`] |
//! | let tasks wait for each other | [`Barrier`] |
//! | make a value once, when it is first needed | [`OnceCell`] |
//! | let many await one result | [`Shared`] |
//! | send values to other tasks, until one side is gone | [`channel`] |
//! | send one value to one task | [`oneshot`] |
//! | let many see the newest value | [`watch`] |
//! | send every value to everybody | [`broadcast`] |
//! | give work to others, and know when it is done | [`Queue`], [`PriorityQueue`], [`LifoQueue`] |
//!
//! Where a lock is not held across an `.await`, [`std::sync::Mutex`] is faster, and right.
//!
//! # Fairness
//!
//! First come, first served. What is freed is handed to the first in line at that moment: it belongs to it,
//! even before it runs, so nobody who comes later overtakes it, and neither does whoever freed it.
//! One comes into the line when its future is first polled, not when it is made.
//!
//! A turn that has come is lost on nobody: a waiter that is cancelled then passes it on to the next.
//! But a waiter that lives and is not polled keeps it, and with it everybody behind it waits. So do not
//! hold a future that waits for a lock without awaiting it.
//!
//! # With `with`
//!
//! Code that is cancelled drops its plain locals at once, its permits and guards among them, and its async
//! exits run *after* that. A permit that must outlive an exit is acquired as an owned one and given to
//! [`with!`](crate::with!): owned permits and owned guards are resources.
//!
//! ```
//! use std::sync::Arc;
//! use taipan::{sync::Semaphore, with, with::closing};
//!
//! # struct Connection;
//! # async fn connect() -> Connection { Connection }
//! # impl Connection { async fn close(self) {} }
//! taipan::run(async {
//!     let semaphore = Arc::new(Semaphore::new(3));
//!     with!(_ = semaphore.acquire_owned().await, conn = closing(connect().await, Connection::close), {
//!         // However this ends, there are never more than three connections that are not closed yet.
//! #       let _ = &conn;
//!     });
//! });
//! ```
//
// The parts
//
// 1. `lock`: the lock around a state; `after`: what is done to wakers once it is released.
// 2. `waiters`: the queue.
// 3. `line`: a state with its queue, and the future of one who waits: the protocol.
// 4. `permits`: what the semaphore and the locks are made of, with a queue of its own, without a lock while nobody waits.
// 5. `guard`: what a held lock is.
// 6. `buffer`: what the queues and the channel are made of, with its `store` and its errors, `closed`.
// 7. `log`: what `watch` and `broadcast` are made of.
// 8. A file for each primitive, or a folder if it has parts.
// 9. `statistics`: what each tells of itself.
// 10. `atomic`: what is lock-free is made of.
// 11. `model`: the line, model-checked.

mod after;
mod atomic;
mod barrier;
pub mod broadcast;
mod buffer;
mod channel;
mod closed;
mod condvar;
mod event;
mod guard;
mod limiter;
mod line;
mod lock;
mod log;
#[cfg(all(test, taipan_loom))]
pub(crate) mod model;
mod mutex;
mod once_cell;
pub mod oneshot;
mod permits;
mod queue;
mod rwlock;
mod semaphore;
mod shared;
mod statistics;
mod store;
mod waiters;
pub mod watch;

pub(crate) use after::wake_all;
pub(crate) use lock::Lock;

pub use barrier::{Barrier, BarrierWaitResult, BrokenBarrier};
pub use channel::{Receiver, Sender, channel, unbounded_channel};
pub use closed::{Closed, RecvError, TryRecvError, TrySendError};
pub use condvar::Condvar;
pub use event::Event;
pub use limiter::{AlreadyBorrowed, Limiter, LimiterToken, OwnedLimiterToken};
pub use mutex::{Mutex, MutexGuard, OwnedMutexGuard};
pub use once_cell::OnceCell;
pub use queue::{LifoQueue, PriorityQueue, Queue, Taken};
pub use rwlock::{
    OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
};
pub use semaphore::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
pub use shared::Shared;
pub use statistics::{
    BarrierStatistics, BroadcastStatistics, ChannelStatistics, CondvarStatistics, EventStatistics,
    LimiterStatistics, MutexStatistics, QueueStatistics, RwLockStatistics, SemaphoreStatistics,
    WatchStatistics,
};
