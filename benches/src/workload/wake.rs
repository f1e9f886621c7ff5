//! Many tasks that wake themselves: what the scheduler does with a wake, without its own `yield_now`.
//!
//! A runtime may treat its `yield_now` apart (tokio puts such tasks off until it has looked at its
//! I/O). A future that wakes its task while it is polled is the same on every side.

use super::{Workload, yields};
use crate::rival::Rival;

/// The tasks of `yield`, with one and the same future on every side.
pub(crate) struct Wake;

const TASKS: u64 = 100;

impl Workload for Wake {
    const NAME: &'static str = "wake";
    const ABOUT: &'static str = "100 tasks wake themselves 1000 times each; a wake";
    const OPERATIONS: u64 = yields::TURNS;
    const ANSWER: u64 = yields::TURNS;

    async fn round<R: Rival>() -> u64 {
        yields::turns::<R, _>(TASKS, futures_lite::future::yield_now).await
    }
}
