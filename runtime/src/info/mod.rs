//! Who a task is: what it is called, where it was started, by whom; what it waits for; and why it is to end.
//
// 1. `reason`: who asked for its end, why and where.
// 2. `waiting`: what it waits for.

mod reason;
mod waiting;

use std::fmt;
use std::num::NonZeroU64;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use reason::CancelReason;
pub use waiting::{Holder, Waiting};

/// The number of a task: unique in the process, growing in the order of creation.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let first = taipan::spawn(async {});
///     let second = taipan::spawn(async {});
///     assert!(first.id() < second.id());
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(NonZeroU64);

impl TaskId {
    /// The next number that no task has had.
    pub(crate) fn next() -> TaskId {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        // 2^64 tasks are never reached: at one a nanosecond that takes 500 years.
        TaskId(NonZeroU64::new(id).unwrap_or(NonZeroU64::MAX))
    }

    /// Returns the number itself.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What runs under the task's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskKind {
    /// The future given to `run`.
    Main,
    /// A task that may run on any worker.
    Task,
    /// A task pinned to the thread that spawned it.
    Local,
    /// A blocking call on a thread of its own.
    Thread,
    /// A cleanup that was dropped outside every scope.
    Cleanup,
}

/// How far a task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskState {
    /// It runs, or waits for something.
    Pending,
    /// It was asked to end, and its exits have not all run.
    Cancelling,
    /// It has ended.
    Finished,
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TaskState::Pending => "pending",
            TaskState::Cancelling => "cancelling",
            TaskState::Finished => "finished",
        })
    }
}

/// What stays the same all through a task's life.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) id: TaskId,
    /// Behind a thin pointer: most tasks have none, and each has room for it.
    pub(crate) name: Option<Arc<String>>,
    pub(crate) kind: TaskKind,
    /// Its part of the list of live tasks. It stands here because here is room for it.
    pub(crate) part: u16,
    pub(crate) parent: Option<TaskId>,
    pub(crate) location: &'static Location<'static>,
}

impl Identity {
    /// That of a new task.
    pub(crate) fn new(
        kind: TaskKind,
        name: Option<Arc<String>>,
        parent: Option<TaskId>,
        location: &'static Location<'static>,
    ) -> Identity {
        Identity { id: TaskId::next(), name, kind, part: 0, parent, location }
    }

    /// The given name, else one made of the kind and the number.
    pub(crate) fn name(&self) -> String {
        match (&self.name, self.kind) {
            (Some(name), _) => name.to_string(),
            (None, TaskKind::Main) => "main".to_owned(),
            (None, TaskKind::Task | TaskKind::Local) => format!("task-{}", self.id),
            (None, TaskKind::Thread) => format!("thread-{}", self.id),
            (None, TaskKind::Cleanup) => format!("cleanup-{}", self.id),
        }
    }
}

/// ``task `fetch` (spawned at src/main.rs:10:5)``
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TaskKind::Main => return write!(f, "`main` (run at {})", self.location),
            TaskKind::Task | TaskKind::Local => "task",
            TaskKind::Thread => "thread call",
            TaskKind::Cleanup => "cleanup",
        };
        write!(f, "{what} `{}` (spawned at {})", self.name(), self.location)
    }
}

/// A task as it was at one moment: see [`tasks`](crate::tasks) and [`current`](crate::current()).
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let task = taipan::Task::builder().name("fetch").spawn(async { taipan::current() });
///     let info = task.await.unwrap();
///     assert_eq!(info.name(), "fetch");
///     assert!(info.to_string().starts_with("task `fetch` (spawned at "));
/// });
/// ```
#[derive(Clone, Debug)]
pub struct TaskInfo {
    identity: Identity,
    state: TaskState,
    reason: Option<CancelReason>,
    #[cfg(debug_assertions)]
    waiting: Vec<Waiting>,
}

impl TaskInfo {
    #[cfg_attr(not(debug_assertions), expect(unused_variables))]
    pub(crate) fn new(
        identity: Identity,
        state: TaskState,
        reason: Option<CancelReason>,
        waiting: Vec<Waiting>,
    ) -> Self {
        TaskInfo {
            identity,
            state,
            reason,
            #[cfg(debug_assertions)]
            waiting,
        }
    }

    /// Returns the task's number.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.identity.id
    }

    /// Returns the task's name: the one it was given, else `task-N` with its number.
    #[doc(alias = "get_name")]
    #[must_use]
    pub fn name(&self) -> String {
        self.identity.name()
    }

    /// Returns what runs under the name.
    #[must_use]
    pub fn kind(&self) -> TaskKind {
        self.identity.kind
    }

    /// Returns how far the task had come when it was looked at.
    #[must_use]
    pub fn state(&self) -> TaskState {
        self.state
    }

    /// Returns who cancelled the task, why and where, if somebody had when it was looked at.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{current, finally, spawn, yield_now};
    ///
    /// taipan::run(async {
    ///     let task = spawn(finally(std::future::pending::<()>(), |_| async {
    ///         let task = current(); // an exit may ask
    ///         assert_eq!(task.reason().unwrap().message(), Some("the user left"));
    ///     }));
    ///     yield_now().await;
    ///     task.cancel_with("the user left");
    ///     task.await.unwrap_err();
    /// });
    /// ```
    #[doc(alias = "cancelling")]
    #[must_use]
    pub fn reason(&self) -> Option<&CancelReason> {
        self.reason.as_ref()
    }

    /// Returns what the task waited for when it was looked at: the waits of this crate's own, each with the line that
    /// waits, in the order in which they began. There are several where it runs several futures at once, as
    /// [`gather!`](crate::gather!) does.
    ///
    /// It is known in debug builds only; in release builds, which do not pay for it, this is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{spawn, sync::Event, tasks, yield_now};
    ///
    /// taipan::run(async {
    ///     let task = spawn(async { Event::new().wait().await });
    ///     while cfg!(debug_assertions) && task.info().waiting().is_empty() {
    ///         yield_now().await;
    ///     }
    ///     for task in tasks() {
    ///         for wait in task.waiting() {
    ///             println!("{} {wait}", task.name()); // task-2 waits for `Event::wait` at src/main.rs:4:48
    ///         }
    ///     }
    /// });
    /// ```
    #[doc(alias = "get_stack")]
    #[must_use]
    pub fn waiting(&self) -> &[Waiting] {
        #[cfg(debug_assertions)]
        return &self.waiting;
        #[cfg(not(debug_assertions))]
        &[]
    }

    /// Returns the task that spawned this one; `None` for main and for what a foreign thread spawned.
    #[must_use]
    pub fn parent(&self) -> Option<TaskId> {
        self.identity.parent
    }

    /// Returns the line that spawned the task.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.identity.location
    }
}

impl fmt::Display for TaskInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.identity.fmt(f)
    }
}
