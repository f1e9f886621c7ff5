//! Running a program: [`run`], the settings of a [`Runtime`], and the [`Handle`] for foreign threads.
//
// The protocol
//
// 1. `run` polls main on the calling thread, which is worker 0; each further worker is a thread of
//    its own. A worker is one future, hosted by its thread's `LocalExecutor` inside one long
//    `block_on`: so the tasks pinned to the thread, the run queue and the I/O take turns, and whoever
//    is idle serves the I/O.
// 2. When main has ended, the other tasks are cancelled and their exits awaited; then those that the
//    exits have spawned, until none is left. That takes at most the shutdown timeout; then those that
//    are left are named, and dropped where they stand.
// 3. Only then the queue is closed and the workers end. Each `run` is a runtime of its own: nothing
//    of one reaches the next.
//
// The files
//
// 1. `builder`: what can be set; `env`: what is set by the environment.
// 2. `launch`: `run`, from the first poll of main to the last worker.
// 3. `worker`: the loop.
// 4. `steps`: the loop of a test; `rehearsal`: the run around it.
// 5. `shutdown`: rule 2.
// 6. `handle`: spawning from outside.

mod builder;
mod env;
mod handle;
mod launch;
mod rehearsal;
mod shutdown;
mod steps;
mod worker;

use std::panic::Location;

pub use self::builder::Builder;
pub use self::handle::{Handle, SpawnError};

pub(crate) use self::builder::Config;
pub(crate) use self::env::count_from_env;
pub(crate) use self::launch::{End, launch};
pub(crate) use self::rehearsal::Rehearsal;

/// A runtime that is set up: [`run`](Self::run) runs a program on it.
///
/// It holds only settings: each call of `run` starts its own workers and ends with them.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let runtime = taipan::Runtime::builder().threads(2).shutdown_timeout(Duration::from_secs(1)).build();
/// assert_eq!(runtime.run(async { 1 }), 1);
/// assert_eq!(runtime.run(async { 2 }), 2);
/// ```
#[doc(alias = "Runner")]
#[derive(Clone, Debug, Default)]
pub struct Runtime {
    config: Config,
}

impl Runtime {
    /// Returns a builder with the defaults of [`run`].
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Runs `main` to its end, and with it all tasks that it spawns; returns main's value.
    ///
    /// See [`run`].
    ///
    /// # Panics
    ///
    /// Panics if this thread is inside a run already; if a thread cannot be started; and with main's
    /// own panic, once everything has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// let answer = taipan::Runtime::builder().threads(1).build().run(async { 42 });
    /// assert_eq!(answer, 42);
    /// ```
    #[track_caller]
    pub fn run<F: Future>(&self, main: F) -> F::Output {
        let location = Location::caller();
        match launch(&self.config, self.config.core(), location, main, |_| std::future::pending()) {
            End::Value(value) => value,
            End::Cancelled => unreachable!("nobody has a handle to cancel main with"),
        }
    }
}

/// Runs `main` to its end, and with it all tasks that it spawns; returns main's value.
///
/// Main runs on the calling thread, tasks on as many threads as there are cores (or as the
/// environment variable `TAIPAN_THREADS` says). When main ends, the remaining tasks are cancelled
/// and their async exits awaited, for 10 s at most; whoever has not ended by then is named on standard
/// error. So no task outlives `run`. Each call is a runtime of its own, and may be followed by another.
///
/// Signals are left alone; `#[taipan::main]` also handles Ctrl-C.
///
/// # Panics
///
/// Panics if this thread is inside a run already: write `.await` there. Panics if a thread cannot be
/// started. A panic of main is passed on once everything has ended.
///
/// # Examples
///
/// ```
/// let answer = taipan::run(async {
///     let task = taipan::spawn(async { 40 });
///     task.await.unwrap() + 2
/// });
/// assert_eq!(answer, 42);
/// ```
#[doc(alias = "asyncio.run")]
#[doc(alias = "block_on")]
#[track_caller]
pub fn run<F: Future>(main: F) -> F::Output {
    Runtime::default().run(main)
}
