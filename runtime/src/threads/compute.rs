//! Calls that compute, on as many threads as there are cores.

use std::sync::{Arc, LazyLock};
use std::thread;

use super::pool::{Pool, Settings};
use super::to_thread::{Asked, IDLE, ToThread};

static POOL: LazyLock<Arc<Pool>> = LazyLock::new(|| {
    Pool::new(Settings {
        name: "taipan-compute".to_owned(),
        threads: thread::available_parallelism().map_or(1, usize::from),
        queue: None,
        idle: IDLE,
        stack_size: None,
    })
});

/// Runs a computation on a pool that has as many threads as there are cores; returns its value.
///
/// As [`to_thread`](crate::to_thread), but for work that keeps a core busy: more threads than cores would only
/// take turns. The pool is one for the whole process, and apart from the threads that run tasks: however much it has to do,
/// tasks go on.
///
/// A call that waits for something keeps its thread from the others. Above all it should not wait for another
/// computation, which may find no thread: it is awaited outside, or `join`ed in a library as `rayon`.
///
/// # Panics
///
/// A panic of the computation is passed on to whoever awaits it. Polled outside a runtime it panics, and also if the
/// system cannot start a single thread.
///
/// # Cancel safety
///
/// Dropped before the computation has started, it withdraws it. One that runs cannot be stopped: its value is lost, and
/// the enclosing scope waits for its end, unless [`abandon_on_cancel`](ToThread::abandon_on_cancel) was
/// said. A long one may ask whether it [was cancelled](crate::threads::check_cancelled).
///
/// # Fairness
///
/// First come, first served.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let sums = (1..=4_u64).map(|n| taipan::compute(move || (1..=n * 1000).sum::<u64>()));
///     assert_eq!(taipan::gather(sums).await, [500_500, 2_001_000, 4_501_500, 8_002_000]);
/// });
/// ```
#[doc(alias = "run_in_executor")]
#[doc(alias = "ProcessPoolExecutor")]
#[doc(alias = "spawn_blocking")]
#[track_caller]
pub fn compute<F, T>(f: F) -> ToThread<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    ToThread::new(f, &POOL, Asked { by: "compute", name: None })
}
