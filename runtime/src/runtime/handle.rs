//! Spawning from outside.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::current;
use crate::info::TaskKind;
use crate::task::{Core, Task, core, spawn_on};

/// A way into a running runtime, for threads that do not belong to it.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let handle = taipan::Handle::current();
///     let thread = std::thread::spawn(move || handle.spawn(async { 42 }).unwrap());
///     let task = thread.join().unwrap();
///     assert_eq!(task.await.unwrap(), 42);
/// });
/// ```
#[doc(alias = "run_coroutine_threadsafe")]
#[doc(alias = "call_soon_threadsafe")]
#[derive(Clone)]
pub struct Handle {
    core: Arc<Core>,
}

impl Handle {
    /// Returns the handle of the runtime that runs this code.
    ///
    /// # Panics
    ///
    /// Panics outside a runtime.
    #[must_use]
    #[track_caller]
    pub fn current() -> Handle {
        match core() {
            Some(core) => Handle { core },
            None => {
                panic!(
                    "no runtime here: call `Handle::current` inside `taipan::run(..)`, and pass it on"
                )
            }
        }
    }

    /// Starts `future` as a task of that runtime.
    ///
    /// # Errors
    ///
    /// Gives the future back if main has ended. (While the exits run, the runtime's own tasks and calls of
    /// `to_thread` can still spawn; other threads cannot.)
    ///
    /// # Examples
    ///
    /// ```
    /// let handle = taipan::run(async { taipan::Handle::current() });
    /// let error = handle.spawn(async {}).unwrap_err();
    /// assert_eq!(error.to_string(), "main has ended: the runtime takes no more tasks");
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> Result<Task<F::Output>, SpawnError<F>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        if self.core.is_closed() || (self.core.is_closing() && !self.is_inside()) {
            return Err(SpawnError { future });
        }
        let identity = Task::builder().identity(TaskKind::Task);
        Ok(spawn_on(Arc::clone(&self.core), identity, future))
    }

    /// Whether this thread works for the runtime: as a worker, or for a call of `to_thread`.
    fn is_inside(&self) -> bool {
        current::host()
            .is_some_and(|host| std::ptr::addr_eq(Arc::as_ptr(&host), Arc::as_ptr(&self.core)))
    }

    /// Returns whether main has ended: then the runtime takes no more tasks from outside.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.core.is_closing()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

/// Main had ended before a [`Handle`] could spawn: it holds the future.
pub struct SpawnError<F> {
    future: F,
}

impl<F> SpawnError<F> {
    /// Returns the future that was not spawned.
    pub fn into_inner(self) -> F {
        self.future
    }
}

impl<F> fmt::Debug for SpawnError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpawnError(..)")
    }
}

impl<F> fmt::Display for SpawnError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("main has ended: the runtime takes no more tasks")
    }
}

impl<F> Error for SpawnError<F> {}
