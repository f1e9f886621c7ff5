//! Async code for threads that belong to no call.

use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;

use futures_lite::future::block_on;

use super::from_thread::refuse_async;
use crate::info::CancelReason;
use crate::runtime::{Handle, SpawnError};
use crate::task::{Task, TaskError, is_entered};

/// A way into a running runtime for threads that wait: they call async code, and are given its value.
///
/// A [`Handle`] with which a thread may block. Clones go to as many threads as there are; they hold nothing open: once main
/// has ended, the portal refuses.
///
/// Inside [`to_thread`](crate::to_thread) there is [`from_thread`](crate::from_thread), which needs no
/// portal, and is cancelled with the code that awaits the call.
///
/// # Examples
///
/// ```
/// use taipan::Portal;
///
/// taipan::run(async {
///     let queue = taipan::sync::Queue::new(1);
///     let (portal, jobs) = (Portal::current(), queue.clone());
///     let thread = std::thread::spawn(move || {
///         let mut sum = 0;
///         while let Some(job) = portal.call({ let jobs = jobs.clone(); async move { jobs.get().await } })? {
///             sum += job;
///         }
///         Ok::<i32, taipan::threads::PortalError>(sum)
///     });
///     for job in [1, 2, 3] {
///         queue.put(job).await.unwrap();
///     }
///     queue.shutdown();
///     let sum = taipan::to_thread(|| thread.join().unwrap()).await;
///     assert_eq!(sum.unwrap(), 6);
/// });
/// ```
#[doc(alias = "BlockingPortal")]
#[doc(alias = "TrioToken")]
#[doc(alias = "run_coroutine_threadsafe")]
#[derive(Clone, Debug)]
pub struct Portal {
    handle: Handle,
}

impl Portal {
    /// Returns a portal into the runtime that runs this code.
    ///
    /// # Panics
    ///
    /// Panics outside a runtime.
    #[must_use]
    #[track_caller]
    pub fn current() -> Portal {
        assert!(
            is_entered(),
            "no runtime here: call `Portal::current` inside `taipan::run(..)`, and pass it on"
        );
        Portal { handle: Handle::current() }
    }

    /// Runs `future` as a task of the runtime, and blocks this thread until it has ended; returns its value.
    ///
    /// A limit of time is written around the future: `portal.call(timeout(limit, future))`.
    ///
    /// # Errors
    ///
    /// Gives [`PortalError`] if main has ended before, and if the task is cancelled, as all are when main ends.
    ///
    /// # Panics
    ///
    /// A panic of the future is passed on. Called in async code it panics, for it would block the loop that it waits for.
    ///
    /// # Examples
    ///
    /// ```
    /// let portal = taipan::run(async {
    ///     let portal = taipan::Portal::current();
    ///     let inside = portal.clone();
    ///     let thread = std::thread::spawn(move || inside.call(async { 42 }));
    ///     assert_eq!(taipan::to_thread(|| thread.join().unwrap()).await.unwrap(), 42);
    ///     portal
    /// });
    /// let error = portal.call(async { 42 }).unwrap_err();
    /// assert!(error.is_closed());
    /// assert_eq!(error.to_string(), "main has ended: the runtime takes no more tasks");
    /// ```
    #[track_caller]
    pub fn call<F>(&self, future: F) -> Result<F::Output, PortalError>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        refuse_async("Portal::call");
        let task = self.spawn(future).map_err(|_| PortalError { cause: None })?;
        block_on(task.into_future()).map_err(|error| match error.into_panic() {
            Ok(payload) => resume_unwind(payload),
            Err(error) => PortalError { cause: Some(error) },
        })
    }

    /// Starts `future` as a task of the runtime, and returns its handle at once: see [`Handle::spawn`].
    ///
    /// The thread can cancel the task, or wait for it: `portal.call(task.into_future())`.
    ///
    /// # Errors
    ///
    /// Gives the future back if main has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::run(async {
    ///     let portal = taipan::Portal::current();
    ///     let call = taipan::to_thread(move || {
    ///         let (a, b) = (portal.spawn(async { 1 })?, portal.spawn(async { 2 })?);
    ///         let sum = portal.call(async { Ok::<_, taipan::TaskError>(a.await? + b.await?) })??;
    ///         Ok::<i32, taipan::BoxError>(sum)
    ///     });
    ///     assert_eq!(call.await.unwrap(), 3);
    /// });
    /// ```
    #[doc(alias = "start_task_soon")]
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> Result<Task<F::Output>, SpawnError<F>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.handle.spawn(future)
    }

    /// Returns whether main has ended: then the portal refuses.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.handle.is_closed()
    }
}

impl From<Handle> for Portal {
    fn from(handle: Handle) -> Portal {
        Portal { handle }
    }
}

/// Why [`Portal::call`] gave no value.
#[derive(Debug)]
pub struct PortalError {
    /// Of the task that was cancelled; `None`: main had ended before there was one.
    cause: Option<TaskError>,
}

impl PortalError {
    /// Returns whether main had ended before, so that the future was dropped without having begun.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.cause.is_none()
    }

    /// Returns whether the future was cancelled after it had been taken in.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cause.is_some()
    }

    /// Returns who cancelled it, why and where.
    #[must_use]
    pub fn reason(&self) -> Option<&CancelReason> {
        self.cause.as_ref().and_then(TaskError::reason)
    }
}

impl fmt::Display for PortalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => cause.fmt(f),
            None => f.write_str("main has ended: the runtime takes no more tasks"),
        }
    }
}

impl Error for PortalError {}
