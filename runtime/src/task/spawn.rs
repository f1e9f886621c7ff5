//! How a future becomes a task.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::cell::allocate;
use super::control::Control;
use super::core::{self, Core};
use super::join::Task;
use super::root::{self, Registration, Root};
use super::runnable::Runnable;
use crate::info::{CancelReason, Identity, TaskKind};

/// Starts `future` as a task of its own and returns its handle.
///
/// The task runs beside the code that spawned it, on any worker, also while nobody awaits it. It
/// ends by itself, by [`Task::cancel`], or with the run: no task outlives its runtime. What it uses it
/// owns; futures that borrow from each other are run together by `gather!`.
///
/// # Panics
///
/// Panics outside a runtime. From a foreign thread use a [`Handle`](crate::Handle).
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let task = taipan::spawn(async { 6 * 7 });
///     assert_eq!(task.await.unwrap(), 42);
/// });
/// ```
#[doc(alias = "create_task")]
#[doc(alias = "ensure_future")]
#[doc(alias = "start_soon")]
#[track_caller]
pub fn spawn<F>(future: F) -> Task<F::Output>
where
    // rustc shows these lines under its errors.
    F: Future<Output: Send + 'static>,
    F: Send,    // it holds an `Rc` or the like across an `.await`? use `spawn_local`
    F: 'static, // it borrows? let it own what it needs, or run it by `gather!`
{
    TaskBuilder::new().spawn(future)
}

/// Starts `future` as a task that stays on this thread and returns its handle.
///
/// For futures that are not `Send`, such as those that hold an `Rc`.
///
/// # Panics
///
/// Panics outside a runtime.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// taipan::run(async {
///     let shared = Rc::new(42);
///     let task = taipan::spawn_local({ let shared = Rc::clone(&shared); async move { *shared } });
///     assert_eq!(task.await.unwrap(), 42);
/// });
/// ```
#[track_caller]
pub fn spawn_local<F>(future: F) -> Task<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    TaskBuilder::new().spawn_local(future)
}

/// A task that is about to be spawned: made by [`Task::builder`].
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let task = taipan::Task::builder().name("fetch").spawn(async {});
///     assert_eq!(task.name(), "fetch");
///     task.await.unwrap();
/// });
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `.spawn(..)`"]
pub struct TaskBuilder {
    name: Option<Arc<String>>,
}

impl TaskBuilder {
    pub(super) fn new() -> Self {
        TaskBuilder { name: None }
    }

    /// Names the task: the name stands in error messages and reports, and in lists of tasks.
    #[doc(alias = "set_name")]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(Arc::new(name.into()));
        self
    }

    /// Starts the task: see [`spawn`](crate::spawn).
    ///
    /// # Panics
    ///
    /// Panics outside a runtime.
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> Task<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match core::core() {
            Some(core) => spawn_on(core, self.identity(TaskKind::Task), future),
            None => no_runtime("spawn"),
        }
    }

    /// Starts the task on this thread: see [`spawn_local`](crate::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics outside a runtime.
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> Task<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        let Some((core, local)) = core::local() else { no_runtime("spawn_local") };
        let control = Arc::new(Control::new(core, self.identity(TaskKind::Local)));
        let root = Root::local(Registration::new(Arc::clone(&control)), future);
        Task::local(local.spawn(root), control)
    }

    #[track_caller]
    pub(crate) fn identity(self, kind: TaskKind) -> Identity {
        let parent = root::running(|parent| parent.identity.id);
        Identity::new(kind, self.name, parent, Location::caller())
    }
}

impl fmt::Debug for TaskBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskBuilder").field("name", &self.name).finish()
    }
}

#[track_caller]
fn no_runtime(function: &str) -> ! {
    panic!(
        "no runtime here: call `{function}` inside `#[taipan::main]` or `taipan::run(..)`, or spawn through a `Handle`"
    )
}

/// Starts a task on `core`.
pub(crate) fn spawn_on<F>(core: Arc<Core>, identity: Identity, future: F) -> Task<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let (runnable, task) = prepare(core, identity, future);
    runnable.schedule();
    task
}

/// Makes a task on `core` that runs once the runnable is scheduled, and not before.
pub(crate) fn prepare<F>(
    core: Arc<Core>,
    identity: Identity,
    future: F,
) -> (Runnable, Task<F::Output>)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let (runnable, claim) = allocate(core, identity, future);
    (runnable, Task::shared(claim))
}

/// Ends a task whose runtime has ended: its body is dropped here and now. It is not the runnable that
/// is dropped, so that the task is told why.
pub(crate) fn expel(runnable: Runnable) {
    drop(runnable.control().request(CancelReason::runtime("the runtime has ended")));
    runnable.run();
}
