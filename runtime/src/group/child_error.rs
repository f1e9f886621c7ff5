//! Why a child gave its handle no value.

use std::error::Error;
use std::fmt;

use crate::info::Identity;
use crate::task::{CancelReason, TaskError};

/// Why a child gave its [handle](super::Child) no value.
///
/// What went wrong in the child itself is its group's to tell: here it is only said that it did.
///
/// # Examples
///
/// ```
/// use taipan::TaskGroup;
///
/// taipan::run(async {
///     let group = TaskGroup::new().supervisor().run(async |tg: &TaskGroup| {
///         let failed = tg.spawn(async { "nine".parse::<u32>() }).await.unwrap_err();
///         assert!(failed.is_failed());
///         let cancelled = tg.spawn(std::future::pending::<()>());
///         cancelled.cancel();
///         assert!(cancelled.await.unwrap_err().is_cancelled());
///     });
///     assert_eq!(group.await.unwrap_err().len(), 1); // the first one's error
/// });
/// ```
pub struct ChildError {
    identity: Identity,
    kind: Kind,
}

pub(super) enum Kind {
    Failed,
    Panicked,
    Cancelled(Option<CancelReason>),
    Refused,
}

impl ChildError {
    pub(super) fn new(identity: Identity, kind: Kind) -> Self {
        ChildError { identity, kind }
    }

    /// Returns whether the child gave an `Err`, which is its group's now.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.kind, Kind::Failed)
    }

    /// Returns whether the child panicked; its group resumes the panic at its end.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self.kind, Kind::Panicked)
    }

    /// Returns whether the child was cancelled, by itself or with its group.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind, Kind::Cancelled(_))
    }

    /// Returns whether the child was not taken in, because the group was ending already.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.kind, Kind::Refused)
    }

    /// Returns who cancelled the child, why and where.
    #[must_use]
    pub fn reason(&self) -> Option<&CancelReason> {
        match &self.kind {
            Kind::Cancelled(reason) => reason.as_ref(),
            _ => None,
        }
    }

    /// Returns the child's name.
    #[must_use]
    pub fn task_name(&self) -> String {
        self.identity.name()
    }
}

impl fmt::Debug for ChildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChildError({self})")
    }
}

impl fmt::Display for ChildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Failed => write!(f, "{} failed: its group has the error", self.identity),
            Kind::Panicked => write!(f, "{} panicked: its group has the panic", self.identity),
            Kind::Cancelled(reason) => {
                TaskError::cancelled(self.identity.clone(), reason.clone()).fmt(f)
            }
            Kind::Refused => write!(f, "{} was refused: its group is ending", self.identity),
        }
    }
}

impl Error for ChildError {}
