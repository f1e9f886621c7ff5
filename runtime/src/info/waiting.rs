//! What a task waits for, and who holds it.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use super::TaskId;

/// One thing that a task waits for: see [`TaskInfo::waiting`](super::TaskInfo::waiting).
///
/// # Examples
///
/// ```
/// use taipan::{sync::Queue, spawn, tasks, yield_now};
///
/// taipan::run(async {
///     let queue = Queue::<u8>::new(1);
///     let consumer = spawn({ let queue = queue.clone(); async move { queue.get().await } });
///     while cfg!(debug_assertions) && tasks()[1].waiting().is_empty() {
///         yield_now().await;
///     }
///     for wait in tasks()[1].waiting() {
///         assert_eq!(wait.operation(), "Queue::get");
///         assert!(wait.to_string().starts_with("waits for `Queue::get` at "));
///     }
///     queue.shutdown();
///     assert_eq!(consumer.await.unwrap(), None);
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Waiting {
    operation: &'static str,
    location: &'static Location<'static>,
    granted: bool,
    /// How many permits, of how many.
    pub(crate) permits: Option<(usize, usize)>,
    pub(crate) holders: Vec<Holder>,
    /// The tasks whose ends are awaited.
    pub(crate) tasks: Vec<(TaskId, String)>,
    /// How long until a point in time.
    pub(crate) left: Option<Duration>,
}

impl Waiting {
    #[cfg_attr(not(debug_assertions), allow(dead_code))]
    pub(crate) fn new(
        operation: &'static str,
        location: &'static Location<'static>,
        granted: bool,
    ) -> Self {
        let (permits, holders, tasks, left) = (None, Vec::new(), Vec::new(), None);
        Waiting { operation, location, granted, permits, holders, tasks, left }
    }

    /// Returns what it waits for: the name of the function that was called, such as `Queue::get`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the line that called it.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// Returns whether its turn has come. If the task does not run then, and this stays so, it waits for something
    /// else and does not poll the future whose turn it is: whoever stands behind that one waits as well.
    #[doc(alias = "futurelock")]
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.granted
    }

    /// Returns the tasks whose ends it waits for, or for the first of them; most often there is none, or one. Those that
    /// have ended meanwhile are among them.
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> {
        self.tasks.iter().map(|&(id, _)| id)
    }

    /// Returns for how long it waits yet, if it waits for a point in time.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.left
    }

    /// Returns those who hold what it waits for, in the order in which they came to hold it: of a lock or a permit.
    #[must_use]
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }
}

/// ``waits for `Mutex::lock` at src/main.rs:42:17, held by `worker` (src/main.rs:30:22)``
impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "waits for `{}` at {}", self.operation, self.location)?;
        match &self.tasks[..] {
            [] => {}
            [(_, name)] => write!(f, ", for the end of `{name}`")?,
            [(_, first), others @ ..] => {
                write!(f, ", for the ends of `{first}` and {} more", others.len())?;
            }
        }
        if let Some(left) = self.left {
            write!(f, ", for {left:?} yet")?;
        }
        if let Some((wanted, size)) = self.permits {
            write!(f, ", for {wanted} of {size} in all")?;
        }
        if self.granted {
            return f.write_str(": its turn has come, and it has not run since");
        }
        for (n, holder) in self.holders.iter().enumerate() {
            write!(f, "{} {holder}", if n == 0 { ", held by" } else { " and" })?;
        }
        Ok(())
    }
}

/// Who holds a lock or a permit that somebody waits for: see [`Waiting::holders`].
///
/// It is the task that acquired it, also if the guard was moved to another since.
#[derive(Clone, Debug)]
pub struct Holder {
    /// `None`: it was acquired outside every task.
    task: Option<(TaskId, String)>,
    operation: &'static str,
    location: &'static Location<'static>,
    granted: bool,
}

impl Holder {
    #[cfg_attr(not(debug_assertions), allow(dead_code))]
    pub(crate) fn new(
        task: Option<(TaskId, String)>,
        operation: &'static str,
        location: &'static Location<'static>,
        granted: bool,
    ) -> Self {
        Holder { task, operation, location, granted }
    }

    /// Returns the task that acquired it; `None`: it was acquired outside every task.
    #[must_use]
    pub fn task(&self) -> Option<TaskId> {
        self.task.as_ref().map(|&(id, _)| id)
    }

    /// Returns the name of the task that acquired it; `None`: it was acquired outside every task.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.task.as_ref().map(|(_, name)| &**name)
    }

    /// Returns the name of the function that acquired it, such as `Mutex::lock`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the line that acquired it.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// Returns whether its turn has come and it has not run since: what it waited for belongs to it already.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.granted
    }
}

/// `` `worker` (src/main.rs:30:22)``
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "`{name}` ({})", self.location),
            None => write!(f, "no task ({})", self.location),
        }
    }
}
