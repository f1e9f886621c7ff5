//! The handle of a task.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use async_task::FallibleTask;

use super::claim::Claim;
use super::control::Control;
use super::core::asked_here;
use super::ended::{Ended, ErrorReporter};
use super::error::TaskError;
use super::inner::Inner;
use super::joined::Joined;
use super::life::Owner;
use super::root;
use super::spawn::TaskBuilder;
use crate::current::{Cleanup, Deferred, Host};
use crate::info::{CancelReason, TaskId, TaskInfo};
use crate::report::Report;
use crate::waits::{About, Site, with_own};

/// A running task: the handle that [`spawn`](crate::spawn) returns.
///
/// - `task.await`, or the task given to a macro by value, *owns* it: dropped while it is awaited (by
///   a timeout, a lost race, a failed sibling, a cancellation) it cancels the task, and the enclosing
///   scope waits for the task's end.
/// - `(&mut task).await` only looks: dropped, it leaves the task alone.
/// - A handle that is dropped leaves the task running; its value is lost, a panic is reported.
///   [`detach`](Task::detach) says so explicitly, and reports an `Err` as well.
///
/// Awaiting gives `Result<T, TaskError>`.
///
/// # Cancel safety
///
/// Awaiting by reference loses nothing when it is dropped. Awaiting by value cancels the task, and
/// its value is lost.
///
/// # Panics
///
/// Awaiting a task panics in that task itself, and once its result has been taken through a
/// reference.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// taipan::run(async {
///     let mut task = taipan::spawn(taipan::sleep(Duration::from_millis(5)));
///     let late = taipan::timeout(Duration::ZERO, &mut task).await;
///     assert!(late.is_err()); // the task runs on
///     task.await.unwrap();
/// });
/// ```
#[doc(alias = "JoinHandle")]
#[must_use = "a task whose handle is dropped runs on, and its result is lost: `.await` it, or `.detach()` it"]
pub struct Task<T> {
    /// `None` only while it is taken apart.
    inner: Option<Inner<T>>,
    /// The result, if the task was found to have ended by somebody who only watches. Under a lock only because a
    /// result need not be `Sync`, and a handle should be.
    kept: Mutex<Option<Box<Ended<T>>>>,
    /// Whether the result has been given out.
    taken: bool,
    /// Whether somebody cancelled the task after its end: then its panic is no news.
    dismissed: AtomicBool,
}

impl Task<()> {
    /// Returns a builder for a task with a name.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::run(async {
    ///     let task = taipan::Task::builder().name("answer").spawn(async { 42 });
    ///     assert_eq!(task.await.unwrap(), 42);
    /// });
    /// ```
    pub fn builder() -> TaskBuilder {
        TaskBuilder::new()
    }

    /// Lets the task run on by itself.
    ///
    /// A panic is reported to the error hook when it happens. The runtime still owns the task: it is
    /// cancelled when main ends.
    pub fn detach(self) {}
}

impl<E: fmt::Display + 'static> Task<Result<(), E>> {
    /// Lets the task run on by itself.
    ///
    /// An `Err` and a panic are reported to the error hook when they happen. The runtime still owns
    /// the task: it is cancelled when main ends.
    pub fn detach(mut self) {
        let reporter: ErrorReporter<Result<(), E>> = |result, core, identity| {
            if let Err(error) = result {
                core.report(&Report::error(identity.clone(), &error));
            }
        };
        let (core, identity) = (Arc::clone(&self.control().core), self.control().identity.clone());
        match self.release(Owner::Hook(Box::new(reporter))) {
            Some(Ended::Value(result)) => reporter(result, &core, &identity),
            Some(Ended::Panicked(panic)) if *self.dismissed.get_mut() => drop(panic.read()),
            _ => {}
        }
    }
}

impl<T> Task<T> {
    fn new(inner: Inner<T>) -> Self {
        Task {
            inner: Some(inner),
            kept: Mutex::new(None),
            taken: false,
            dismissed: AtomicBool::new(false),
        }
    }

    pub(super) fn shared(claim: Claim<T>) -> Self
    where
        T: Send + 'static,
    {
        Task::new(Inner::Shared(claim, |mut claim| {
            let end = poll_fn(move |cx| with_own(cx, |cx| claim.poll(cx)));
            Box::pin(Deferred::new(None, async move { drop(end.await) }))
        }))
    }

    pub(super) fn local(task: FallibleTask<Ended<T>>, control: Arc<Control>) -> Self {
        Task::new(Inner::local(task, control))
    }

    fn inner(&self) -> &Inner<T> {
        match &self.inner {
            Some(inner) => inner,
            None => unreachable!("the handle is taken apart only by value"),
        }
    }

    pub(crate) fn control(&self) -> &Control {
        self.inner().control()
    }

    /// Asks the task to end, and returns at once.
    ///
    /// The task stops at its current `.await` and never resumes; its async exits run, and then it ends:
    /// await it to know. A body that has ended by then keeps its value. `false`: the task had ended
    /// already (and if it had panicked, the panic is not reported any more).
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::run(async {
    ///     let mut task = taipan::spawn(std::future::pending::<()>());
    ///     assert!(task.cancel());
    ///     assert!((&mut task).await.unwrap_err().is_cancelled());
    ///     assert!(!task.cancel());
    /// });
    /// ```
    #[track_caller]
    pub fn cancel(&self) -> bool {
        self.request(asked_here(None))
    }

    /// As [`cancel`](Self::cancel), and says why: the reason stands in the task's [`TaskError`].
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::run(async {
    ///     let task = taipan::spawn(std::future::pending::<()>());
    ///     task.cancel_with("no longer needed");
    ///     task.cancel_with("a later reason does not count");
    ///     let error = task.await.unwrap_err();
    ///     assert_eq!(error.reason().unwrap().message(), Some("no longer needed"));
    /// });
    /// ```
    #[track_caller]
    pub fn cancel_with(&self, reason: impl Into<Cow<'static, str>>) -> bool {
        self.request(asked_here(Some(reason.into())))
    }

    fn request(&self, reason: CancelReason) -> bool {
        let asked = self.control().cancel(reason);
        if !asked {
            self.dismissed.store(true, Ordering::Relaxed);
        }
        asked
    }

    /// Cancels the task and waits for its end; returns its value if its body had ended.
    ///
    /// A panic of the task is reported to the error hook.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, the task is cancelled all the same and the enclosing scope waits for it;
    /// its value is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::run(async {
    ///     let task = taipan::spawn(std::future::pending::<()>());
    ///     assert_eq!(task.stop().await, None);
    /// });
    /// ```
    #[track_caller]
    #[must_use = "`stop` does nothing until it is awaited: add `.await`"]
    pub fn stop(self) -> impl Future<Output = Option<T>> + use<T> {
        let (reason, site) = (asked_here(None), Site::here("Task::stop"));
        async move {
            self.request(reason);
            let mut joined = Joined::new(self, site);
            // Not through `TaskError`: a panic that nobody looks at reports itself.
            let ended = poll_fn(|cx| joined.poll_ended(cx)).await;
            match ended {
                Ended::Value(value) => Some(value),
                _ => None,
            }
        }
    }

    /// Returns whether the task has ended, its exits included.
    #[doc(alias = "done")]
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.inner().is_finished()
    }

    /// Returns the task's number.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.control().identity.id
    }

    /// Returns the task's name: the one it was given, else `task-N` with its number.
    #[doc(alias = "get_name")]
    #[must_use]
    pub fn name(&self) -> String {
        self.control().identity.name()
    }

    /// Returns the line that spawned the task.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.control().identity.location
    }

    /// Returns the task that spawned this one; `None` if a foreign thread did.
    #[must_use]
    pub fn parent(&self) -> Option<TaskId> {
        self.control().identity.parent
    }

    /// Returns who the task is and how far it has come.
    #[must_use]
    pub fn info(&self) -> TaskInfo {
        self.control().info()
    }

    fn kept(&mut self) -> &mut Option<Box<Ended<T>>> {
        self.kept.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ready when the task has ended, with the result, which stays with the handle; `None`: it has been taken.
    #[track_caller]
    pub(crate) fn poll_watch(&mut self, cx: &mut Context<'_>) -> Poll<Option<&Ended<T>>> {
        if !self.taken && self.kept().is_none() {
            let ended = ready!(self.poll_inner(cx));
            *self.kept() = Some(Box::new(ended));
        }
        Poll::Ready(self.kept().as_deref())
    }

    /// Ready when the task has ended, with the result, which can be taken once.
    #[track_caller]
    pub(crate) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        assert!(!self.taken, "the result of task `{}` has been taken already", self.name());
        let ended = match self.kept().take() {
            Some(kept) => *kept,
            None => ready!(self.poll_inner(cx)),
        };
        self.taken = true;
        Poll::Ready(ended)
    }

    #[track_caller]
    fn poll_inner(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        assert!(!self.is_own(), "task `{}` awaits itself, and would wait for ever", self.name());
        match &mut self.inner {
            Some(inner) => with_own(cx, |cx| inner.poll(cx)),
            None => unreachable!("the handle is taken apart only by value"),
        }
    }

    #[track_caller]
    pub(super) fn poll_result(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, TaskError>> {
        let ended = ready!(self.poll_ended(cx));
        Poll::Ready(self.result(ended))
    }

    /// What the task's end is to whoever awaits it.
    pub(crate) fn result(&self, ended: Ended<T>) -> Result<T, TaskError> {
        let control = self.control();
        match ended {
            Ended::Value(value) => Ok(value),
            Ended::Panicked(panic) => {
                Err(TaskError::panicked(control.identity.clone(), panic.read()))
            }
            Ended::Cancelled | Ended::Settled => {
                Err(TaskError::cancelled(control.identity.clone(), control.reason()))
            }
        }
    }

    /// Lets the task run on, its result being `owner`'s. If it has ended, its result is given.
    fn release(&mut self, owner: Owner) -> Option<Ended<T>> {
        let kept = self.kept().take().map(|ended| *ended);
        kept.or(self.inner.take()?.release(owner))
    }

    /// Cancels the task, and gives what waits for its end, if there is something to wait for.
    pub(crate) fn abandon(mut self, reason: CancelReason) -> Option<Cleanup> {
        if self.taken || self.kept().is_some() {
            return None;
        }
        let own = self.is_own();
        let inner = self.inner.take()?;
        inner.control().cancel(reason);
        match inner {
            // Its scope would wait for its own end.
            inner if own => {
                drop(inner.release(Owner::Nobody));
                None
            }
            Inner::Shared(claim, wait) => Some(wait(claim)),
            Inner::Local(task) => {
                let control = Arc::clone(task.control());
                drop(task);
                Some(Box::pin(Deferred::new(None, poll_fn(move |cx| control.poll_ended(cx)))))
            }
        }
    }

    /// What is told of somebody who waits for its end.
    pub(crate) fn about(&self) -> About {
        About::tasks([&self.control().identity])
    }

    /// Whether this is the handle of the task that runs this code.
    pub(crate) fn is_own(&self) -> bool {
        root::running(|running| ptr::eq(running, self.control())).unwrap_or(false)
    }
}

impl<T> Drop for Task<T> {
    #[inline]
    fn drop(&mut self) {
        // What was cancelled after its end is not reported any more. All else is done as its parts are dropped.
        if *self.dismissed.get_mut()
            && let Some(Ended::Panicked(panic)) = self.release(Owner::Nobody)
        {
            drop(panic.read());
        }
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.info();
        f.debug_struct("Task")
            .field("name", &info.name())
            .field("state", &info.state())
            .field("location", &format_args!("{}", info.location()))
            .finish_non_exhaustive()
    }
}
