//! Who asked for a cancellation, why and where.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

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
    by: Option<String>,
    location: Option<&'static Location<'static>>,
}

impl CancelReason {
    /// A request from the user's code, on the line of the caller.
    #[track_caller]
    pub(crate) fn here(message: Option<Cow<'static, str>>) -> Self {
        let by = super::try_current().map(|task| task.name());
        CancelReason { message, by, location: Some(Location::caller()) }
    }

    /// A request of the runtime's own.
    pub(crate) fn runtime(message: &'static str) -> Self {
        CancelReason { message: Some(message.into()), by: None, location: None }
    }

    /// Returns why, as the one who asked put it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the name of the task that asked; `None`: the runtime itself or a foreign thread did.
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Returns the line that asked; `None`: the runtime itself did.
    #[must_use]
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.location
    }
}

/// ``the user left (asked by `main` at src/main.rs:7:10)``
impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message().unwrap_or("cancelled"))?;
        match (self.by(), self.location) {
            (Some(by), Some(location)) => write!(f, " (asked by `{by}` at {location})"),
            (None, Some(location)) => write!(f, " (asked at {location})"),
            _ => Ok(()),
        }
    }
}
