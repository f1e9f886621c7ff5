//! The handle of a task, and what awaits it.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use async_task::FallibleTask;

use super::control::{Control, Owner};
use super::core::{asked_here, caused_here};
use super::ended::{Ended, ErrorReporter};
use super::error::TaskError;
use super::root;
use super::spawn::TaskBuilder;
use crate::current::Host;
use crate::info::{CancelReason, TaskId, TaskInfo};
use crate::report::Report;
use crate::scope::defer;

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
    /// Whether the result has been given out.
    taken: bool,
    /// Whether somebody cancelled the task after its end: then its panic is no news.
    dismissed: AtomicBool,
}

enum Inner<T> {
    /// Runs on any worker. With it, where `T` is known to be `Send`: how to let a scope wait for it.
    Shared(async_task::Task<Ended<T>, Control>, fn(async_task::Task<Ended<T>, Control>)),
    /// Runs on one thread.
    Local(FallibleTask<Ended<T>>, Arc<Control>),
}

impl<T> Inner<T> {
    fn control(&self) -> &Control {
        match self {
            Inner::Shared(task, _) => task.metadata(),
            Inner::Local(_, control) => control,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        match self {
            // Never without an output: see `spawn::schedule`.
            Inner::Shared(task, _) => Pin::new(task).poll(cx),
            // Without one if its thread's executor has ended before it.
            Inner::Local(task, _) => {
                Pin::new(task).poll(cx).map(|ended| ended.unwrap_or(Ended::Cancelled))
            }
        }
    }

    fn detach(self) {
        match self {
            Inner::Shared(task, _) => task.detach(),
            Inner::Local(task, _) => task.detach(),
        }
    }

    /// Lets the task run on, its result being `owner`'s. If it has ended, its result is given: left where
    /// it is, a destructor that panics would end the process.
    fn release(mut self, owner: Owner) -> Option<Ended<T>> {
        if self.control().disown(owner) {
            self.detach();
            return None;
        }
        // If it ended just now, on another thread, its result is a few instructions away.
        Some(futures_lite::future::block_on(poll_fn(|cx| self.poll(cx))))
    }
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
        if self.taken {
            return;
        }
        let Some(inner) = self.inner.take() else { return };
        let reporter: ErrorReporter<Result<(), E>> = |result, core, identity| {
            if let Err(error) = result {
                core.report(&Report::error(identity.clone(), &error));
            }
        };
        let (core, identity) =
            (Arc::clone(&inner.control().core), inner.control().identity.clone());
        match inner.release(Owner::Hook(Box::new(reporter))) {
            Some(Ended::Value(result)) => reporter(result, &core, &identity),
            Some(Ended::Panicked(panic)) if *self.dismissed.get_mut() => drop(panic.read()),
            _ => {}
        }
    }
}

impl<T> Task<T> {
    fn new(inner: Inner<T>) -> Self {
        Task { inner: Some(inner), taken: false, dismissed: AtomicBool::new(false) }
    }

    pub(super) fn shared(task: async_task::Task<Ended<T>, Control>) -> Self
    where
        T: Send + 'static,
    {
        Task::new(Inner::Shared(task, |task| {
            let host = Arc::clone(&task.metadata().core) as Arc<dyn Host>;
            defer(Some(&host), async move { drop(task.await) });
        }))
    }

    pub(super) fn local(task: FallibleTask<Ended<T>>, control: Arc<Control>) -> Self {
        Task::new(Inner::Local(task, control))
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
        let reason = asked_here(None);
        async move {
            self.request(reason);
            let mut joined = self.into_future();
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
        match self.inner() {
            Inner::Shared(task, _) => task.is_finished(),
            Inner::Local(task, _) => task.is_finished(),
        }
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

    #[track_caller]
    fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        assert!(!self.taken, "the result of task `{}` has been taken already", self.name());
        assert!(!self.is_own(), "task `{}` awaits itself, and would wait for ever", self.name());
        let Some(inner) = &mut self.inner else {
            unreachable!("the handle is taken apart only by value")
        };
        let ended = ready!(inner.poll(cx));
        self.taken = true;
        Poll::Ready(ended)
    }

    fn poll_result(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, TaskError>> {
        let ended = ready!(self.poll_ended(cx));
        let control = self.control();
        Poll::Ready(match ended {
            Ended::Value(value) => Ok(value),
            Ended::Panicked(panic) => {
                Err(TaskError::panicked(control.identity.clone(), panic.read()))
            }
            Ended::Cancelled | Ended::Settled => {
                Err(TaskError::cancelled(control.identity.clone(), control.reason()))
            }
        })
    }

    /// Cancels the task, and lets the enclosing scope wait for its end.
    fn abandon(mut self) {
        let own = self.is_own();
        let Some(inner) = self.inner.take() else { return };
        let reason = caused_here("the code that awaited it was cancelled");
        inner.control().cancel(reason);
        match inner {
            // Its scope would wait for its own end.
            inner if own => drop(inner.release(Owner::Nobody)),
            Inner::Shared(task, wait) => wait(task),
            Inner::Local(_, ref control) => {
                let control = Arc::clone(control);
                drop(inner.release(Owner::Nobody));
                let host = Arc::clone(&control.core) as Arc<dyn Host>;
                defer(Some(&host), poll_fn(move |cx| control.poll_ended(cx)));
            }
        }
    }

    /// Whether this is the handle of the task that runs this code.
    fn is_own(&self) -> bool {
        root::running().is_some_and(|(id, _)| id == self.id())
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if self.taken {
            inner.detach();
        } else if let Some(Ended::Panicked(panic)) = inner.release(Owner::Nobody)
            && *self.dismissed.get_mut()
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

impl<T> IntoFuture for Task<T> {
    type Output = Result<T, TaskError>;
    type IntoFuture = Joined<T>;

    fn into_future(self) -> Joined<T> {
        Joined { task: Some(self) }
    }
}

impl<'a, T> IntoFuture for &'a mut Task<T> {
    type Output = Result<T, TaskError>;
    type IntoFuture = Watched<'a, T>;

    fn into_future(self) -> Watched<'a, T> {
        Watched { task: self }
    }
}

/// Future of a [`Task`] awaited by value: it owns the task.
#[must_use = "an owned task is cancelled when its future is dropped: add `.await`"]
pub struct Joined<T> {
    /// `None` once it has given its result.
    task: Option<Task<T>>,
}

impl<T> Joined<T> {
    fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        let Some(task) = &mut self.task else { panic!("polled after the task's result was given") };
        let ended = ready!(task.poll_ended(cx));
        self.task = None;
        Poll::Ready(ended)
    }
}

impl<T> Future for Joined<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(task) = &mut self.task else { panic!("polled after the task's result was given") };
        let result = ready!(task.poll_result(cx));
        self.task = None;
        Poll::Ready(result)
    }
}

impl<T> Drop for Joined<T> {
    fn drop(&mut self) {
        if let Some(task) = self.task.take()
            && !task.taken
        {
            task.abandon();
        }
    }
}

impl<T> fmt::Debug for Joined<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Joined").field(&self.task).finish()
    }
}

/// Future of a [`Task`] awaited by reference: it only looks.
#[derive(Debug)]
#[must_use = "this does nothing until it is awaited: add `.await`"]
pub struct Watched<'a, T> {
    task: &'a mut Task<T>,
}

impl<T> Future for Watched<'_, T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.task.poll_result(cx)
    }
}
