//! Who asked for a cancellation, why and where.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::{Identity, TaskKind};

/// Tells of a cancellation: who asked for it, why, and on which line.
///
/// The first reason stays: a later request does not overwrite it.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let task = taipan::spawn(std::future::pending::<()>());
///     task.cancel_with("the user left");
///     let error = task.await.unwrap_err();
///     let reason = error.reason().unwrap();
///     assert_eq!(reason.message(), Some("the user left"));
///     assert_eq!(reason.by(), Some("main"));
///     assert!(reason.location().unwrap().file().ends_with(".rs"));
/// });
/// ```
#[derive(Clone, Debug)]
pub struct CancelReason {
    message: Option<Cow<'static, str>>,
    /// Shared: at the end of a run every task is told the same.
    by: Option<Arc<str>>,
    location: Option<&'static Location<'static>>,
    line: Line,
}

/// What happened at the location.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// The cancellation was asked for.
    Asked,
    /// The task was spawned that caused it.
    Spawned,
    /// Main was run, which caused it.
    Run,
}

impl CancelReason {
    /// A request from the user's code, on the line of the caller, by the task of that name.
    #[track_caller]
    pub(crate) fn asked(message: Option<Cow<'static, str>>, by: Option<String>) -> Self {
        let by = by.map(Arc::from);
        CancelReason { message, by, location: Some(Location::caller()), line: Line::Asked }
    }

    /// A request of the runtime's own, because of what became of that task.
    pub(crate) fn caused(message: &'static str, by: Option<&Identity>) -> Self {
        let line = match by {
            Some(Identity { kind: TaskKind::Main, .. }) => Line::Run,
            _ => Line::Spawned,
        };
        CancelReason {
            message: Some(message.into()),
            by: by.map(|by| Arc::from(by.name())),
            location: by.map(|by| by.location),
            line,
        }
    }

    /// A request of the runtime's own.
    pub(crate) fn runtime(message: &'static str) -> Self {
        CancelReason::caused(message, None)
    }

    /// Returns why, as the one who asked put it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the name of the task that asked, or that caused it: the one of the group that failed, the one
    /// that awaited this one and was cancelled itself. `None`: a foreign thread asked, or the runtime itself.
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Returns the line that asked; where no line did, the one that spawned the task that caused it. `None`:
    /// the runtime itself asked.
    #[must_use]
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.location
    }
}

/// ``the user left (asked by `main` at src/main.rs:7:10)``
impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message().unwrap_or("cancelled"))?;
        match (self.line, self.by(), self.location) {
            (Line::Asked, Some(by), Some(location)) => {
                write!(f, " (asked by `{by}` at {location})")
            }
            (Line::Asked, None, Some(location)) => write!(f, " (asked at {location})"),
            (Line::Spawned, Some(by), Some(location)) => {
                write!(f, " (`{by}`, spawned at {location})")
            }
            (Line::Run, Some(by), Some(location)) => write!(f, " (`{by}`, run at {location})"),
            _ => Ok(()),
        }
    }
}
