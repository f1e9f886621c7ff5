//! Errors that nobody can receive, told to the error hook.
//!
//! A panic or an `Err` of a task without a handle, a cleanup that nobody can run any more, a task
//! that did not end in time: none of them has a caller to return to, and none may be lost.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use crate::info::{Identity, TaskId};

/// What became of an error that nobody awaited: given to the hook of
/// [`Builder::error_hook`](crate::runtime::Builder::error_hook); by default printed to standard error.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// let log = Arc::new(Mutex::new(Vec::new()));
/// let reports = Arc::clone(&log);
/// let hook = move |report: &taipan::Report| reports.lock().unwrap().push(report.to_string());
/// taipan::Runtime::builder().threads(1).error_hook(hook).build().run(async {
///     taipan::spawn(async { Err::<(), _>("no route") }).detach();
///     taipan::yield_now().await; // the task runs, and fails
/// });
/// assert!(log.lock().unwrap()[0].ends_with("failed, and nobody awaits it: no route"));
/// ```
#[derive(Debug)]
pub struct Report {
    kind: ReportKind,
    task: Option<Identity>,
    message: String,
}

/// The kinds of [`Report`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReportKind {
    /// A task panicked, and nobody has asked for its result.
    Panic,
    /// A detached task gave an `Err`.
    Error,
    /// A task group failed, and the code that would be told was cancelled or panicked itself.
    Group,
    /// The exit of a resource failed, and the code that would be told was cancelled or had failed itself.
    Exit,
    /// An exit that ran because of a cancellation did not end within the
    /// [grace](crate::runtime::Builder::grace), and was dropped.
    HungExit,
    /// A cleanup could not run, or not to its end: its runtime has ended.
    LostCleanup,
    /// A task, or a blocking call, did not end within the shutdown timeout.
    Straggler,
}

impl Report {
    pub(crate) fn panic(task: Identity, payload: &(dyn Any + Send)) -> Self {
        Report { kind: ReportKind::Panic, task: Some(task), message: panic_message(payload) }
    }

    pub(crate) fn error(task: Identity, error: &dyn fmt::Display) -> Self {
        Report { kind: ReportKind::Error, task: Some(task), message: error.to_string() }
    }

    pub(crate) fn group(error: &dyn fmt::Display) -> Self {
        Report { kind: ReportKind::Group, task: None, message: error.to_string() }
    }

    pub(crate) fn exit(message: String) -> Self {
        Report { kind: ReportKind::Exit, task: None, message }
    }

    pub(crate) fn hung_exit(exiting: &Exiting, grace: Duration) -> Self {
        let message =
            format!("{exiting} was dropped: it did not end within the grace of {grace:?}");
        Report { kind: ReportKind::HungExit, task: exiting.task.clone(), message }
    }

    pub(crate) fn lost_cleanup(exiting: Option<&Exiting>) -> Self {
        let what = exiting.map_or_else(|| "a cleanup".to_owned(), Exiting::to_string);
        let message = format!("{what} was dropped: no runtime is left to run it");
        let task = exiting.and_then(|exiting| exiting.task.clone());
        Report { kind: ReportKind::LostCleanup, task, message }
    }

    pub(crate) fn straggler(task: Identity, waited: Duration) -> Self {
        Report { kind: ReportKind::Straggler, task: Some(task), message: format!("{waited:?}") }
    }

    /// Returns what happened.
    #[must_use]
    pub fn kind(&self) -> ReportKind {
        self.kind
    }

    /// Returns the number of the task concerned, if there is one.
    #[must_use]
    pub fn task_id(&self) -> Option<TaskId> {
        self.task.as_ref().map(|task| task.id)
    }

    /// Returns the name of the task concerned, if there is one.
    #[must_use]
    pub fn task_name(&self) -> Option<String> {
        self.task.as_ref().map(Identity::name)
    }

    /// Returns the line that spawned the task concerned.
    #[must_use]
    pub fn location(&self) -> Option<&'static std::panic::Location<'static>> {
        self.task.as_ref().map(|task| task.location)
    }

    /// Returns the message of the panic or of the error.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.task, self.kind) {
            (Some(task), ReportKind::HungExit | ReportKind::LostCleanup) => write!(f, "{task}: ")?,
            (Some(task), _) => write!(f, "{task} ")?,
            (None, _) => {}
        }
        match self.kind {
            ReportKind::Panic => write!(f, "panicked, and nobody awaits it: {}", self.message),
            ReportKind::Error => write!(f, "failed, and nobody awaits it: {}", self.message),
            ReportKind::Group => write!(f, "nobody can be told: {}", self.message),
            ReportKind::Exit => {
                write!(f, "an exit failed, and nobody can be told: {}", self.message)
            }
            ReportKind::HungExit | ReportKind::LostCleanup => f.write_str(&self.message),
            ReportKind::Straggler => {
                write!(
                    f,
                    "did not end within the shutdown timeout of {} and was abandoned",
                    self.message
                )
            }
        }
    }
}

/// An exit, as reports call it.
#[derive(Clone, Debug)]
pub(crate) struct Exiting {
    pub(crate) kind: ExitKind,
    /// The name of the resource's type, or of the future's.
    pub(crate) name: &'static str,
    /// The task that the cancelled code belonged to, if it did to one.
    pub(crate) task: Option<Identity>,
}

/// What runs as an exit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ExitKind {
    /// The exit of a resource.
    Resource,
    /// The rest of a shielded future.
    Shield,
}

/// ``the exit of `app::Connection` ``
impl fmt::Display for Exiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ExitKind::Resource => write!(f, "the exit of `{}`", self.name),
            ExitKind::Shield => write!(f, "the shielded future `{}`", self.name),
        }
    }
}

/// The words of a panic, if it has any.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(message) = payload.downcast_ref::<&'static str>() {
        (*message).to_owned()
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.clone()
    } else {
        "Box<dyn Any>".to_owned()
    }
}
