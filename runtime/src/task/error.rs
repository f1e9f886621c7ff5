//! Why a task gave no value.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::info::{CancelReason, Identity};
use crate::report::panic_message;
use crate::scope::Payload;

/// Why a task gave no value: it was cancelled, or it panicked.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let task = taipan::spawn(async { panic!("no route") });
///     let error = task.await.unwrap_err();
///     assert!(error.is_panic() && !error.is_cancelled());
///     assert!(error.to_string().ends_with("panicked: no route"));
/// });
/// ```
#[doc(alias = "CancelledError")]
pub struct TaskError {
    identity: Identity,
    kind: Kind,
}

enum Kind {
    Cancelled(Option<CancelReason>),
    /// Under a lock only because a payload is not `Sync`, and an error should be.
    Panicked {
        message: String,
        payload: Mutex<Payload>,
    },
}

impl TaskError {
    pub(crate) fn cancelled(identity: Identity, reason: Option<CancelReason>) -> Self {
        TaskError { identity, kind: Kind::Cancelled(reason) }
    }

    pub(super) fn panicked(identity: Identity, payload: Payload) -> Self {
        let message = panic_message(&*payload);
        TaskError { identity, kind: Kind::Panicked { message, payload: Mutex::new(payload) } }
    }

    /// Returns whether the task was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind, Kind::Cancelled(_))
    }

    /// Returns whether the task panicked.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self.kind, Kind::Panicked { .. })
    }

    /// Returns who cancelled the task, why and where; `None` if it panicked.
    #[must_use]
    pub fn reason(&self) -> Option<&CancelReason> {
        match &self.kind {
            Kind::Cancelled(reason) => reason.as_ref(),
            Kind::Panicked { .. } => None,
        }
    }

    /// Returns the task's name.
    #[must_use]
    pub fn task_name(&self) -> String {
        self.identity.name()
    }

    /// Returns what the panic carried, to pass it on with [`std::panic::resume_unwind`].
    ///
    /// # Errors
    ///
    /// Gives the error back if the task did not panic.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::run(async {
    ///     let error = taipan::spawn(async { panic!("no route") }).await.unwrap_err();
    ///     let payload = error.into_panic().unwrap();
    ///     assert_eq!(payload.downcast_ref::<&str>(), Some(&"no route"));
    /// });
    /// ```
    pub fn into_panic(self) -> Result<Box<dyn Any + Send>, TaskError> {
        match self.kind {
            Kind::Panicked { payload, .. } => {
                Ok(payload.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
            kind @ Kind::Cancelled(_) => Err(TaskError { identity: self.identity, kind }),
        }
    }
}

impl fmt::Debug for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskError({self})")
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Cancelled(None) => write!(f, "{} was cancelled", self.identity),
            Kind::Cancelled(Some(reason)) if reason.message().is_none() => {
                write!(f, "{} was {reason}", self.identity)
            }
            Kind::Cancelled(Some(reason)) => {
                write!(f, "{} was cancelled: {reason}", self.identity)
            }
            Kind::Panicked { message, .. } => write!(f, "{} panicked: {message}", self.identity),
        }
    }
}

impl Error for TaskError {}
