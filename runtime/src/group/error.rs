//! Why a group gave no value.

use std::error::Error;
use std::fmt;

use crate::error::BoxError;
use crate::task::CancelReason;

/// The errors of a [`task_group`](crate::task_group()): all of them, in the order in which they happened.
///
/// It is the same for one error and for many. The error of a group inside a child arrives as one error, and
/// [`find`](Self::find) and [`split`](Self::split) look into it. A group whose body was ended by
/// [`cancel`](crate::TaskGroup::cancel) has no value either: then there may be no error at all, and
/// [`reason`](Self::reason) tells why.
///
/// # Examples
///
/// ```
/// use std::num::ParseIntError;
/// use taipan::{GroupError, task_group};
///
/// taipan::run(async {
///     let failed = task_group(async |tg| tg.spawn(async { "nine".parse::<u32>() })).await;
///     let error: GroupError = failed.unwrap_err();
///     assert_eq!(error.len(), 1);
///     assert!(error.find::<ParseIntError>().is_some());
///     assert_eq!(error.to_string(), "the task group failed: invalid digit found in string");
/// });
/// ```
#[doc(alias = "ExceptionGroup")]
#[doc(alias = "BaseExceptionGroup")]
pub struct GroupError {
    errors: Vec<BoxError>,
    reason: Option<CancelReason>,
}

impl GroupError {
    pub(super) fn new(errors: Vec<BoxError>, reason: Option<CancelReason>) -> Self {
        GroupError { errors, reason }
    }

    /// Returns the error that happened first; `None` if the group was only cancelled.
    #[must_use]
    pub fn first(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.iter().next()
    }

    /// Returns the errors in the order in which they happened.
    #[must_use]
    pub fn iter(&self) -> Errors<'_> {
        Errors { errors: self.errors.iter() }
    }

    /// Returns how many errors there are; an inner group's count as one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// Returns whether there is no error: the group was only cancelled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Returns whether [`cancel`](crate::TaskGroup::cancel) ended the group.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.reason.is_some()
    }

    /// Returns who cancelled the group, why and where.
    #[must_use]
    pub fn reason(&self) -> Option<&CancelReason> {
        self.reason.as_ref()
    }

    /// Returns the first error of type `E`, also one inside an inner group.
    #[must_use]
    pub fn find<E: Error + 'static>(&self) -> Option<&E> {
        self.errors.iter().find_map(|error| {
            error
                .downcast_ref::<E>()
                .or_else(|| error.downcast_ref::<GroupError>().and_then(GroupError::find::<E>))
        })
    }

    /// Returns the errors of type `E`, also those inside inner groups, and a group of the others; `None` if
    /// there are no others.
    ///
    /// Python's `except*`: handle these and pass the rest on.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::num::ParseIntError;
    /// use taipan::TaskGroup;
    ///
    /// taipan::run(async {
    ///     let group = TaskGroup::new().supervisor().run(async |tg| {
    ///         tg.spawn(async { "nine".parse::<u32>() });
    ///         tg.spawn(async { Err::<(), _>("no route") });
    ///     });
    ///     let (numbers, others) = group.await.unwrap_err().split::<ParseIntError>();
    ///     assert_eq!(numbers.len(), 1);
    ///     assert_eq!(others.unwrap().first().unwrap().to_string(), "no route");
    /// });
    /// ```
    #[doc(alias = "except*")]
    #[must_use = "the errors are taken apart: handle the first part and pass the second on"]
    pub fn split<E: Error + 'static>(self) -> (Vec<E>, Option<GroupError>) {
        let mut found = Vec::new();
        let rest = self.take(&mut found);
        (found, rest)
    }

    fn take<E: Error + 'static>(self, found: &mut Vec<E>) -> Option<GroupError> {
        let mut others = Vec::new();
        for error in self.errors {
            let error = match error.downcast::<E>() {
                Ok(error) => {
                    found.push(*error);
                    continue;
                }
                Err(error) => error,
            };
            match error.downcast::<GroupError>() {
                Ok(inner) => {
                    others.extend(inner.take(found).map(|inner| Box::new(inner) as BoxError));
                }
                Err(other) => others.push(other),
            }
        }
        let nothing = others.is_empty() && self.reason.is_none();
        (!nothing).then_some(GroupError { errors: others, reason: self.reason })
    }
}

impl fmt::Debug for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("GroupError");
        debug.field("errors", &self.errors);
        if let Some(reason) = &self.reason {
            debug.field("reason", reason);
        }
        debug.finish()
    }
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.errors[..], &self.reason) {
            ([], None) => f.write_str("the task group was cancelled"),
            ([], Some(reason)) => write!(f, "the task group was cancelled: {reason}"),
            ([error], _) => write!(f, "the task group failed: {error}"),
            (errors, _) => {
                write!(f, "the task group failed with {} errors", errors.len())?;
                for (index, error) in errors.iter().enumerate() {
                    f.write_str(if index == 0 { ": " } else { "; " })?;
                    fmt::Display::fmt(error, f)?;
                }
                Ok(())
            }
        }
    }
}

/// Its source is the first error.
impl Error for GroupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.first().map(|error| error as &(dyn Error + 'static))
    }
}

impl<'a> IntoIterator for &'a GroupError {
    type Item = &'a (dyn Error + Send + Sync + 'static);
    type IntoIter = Errors<'a>;

    fn into_iter(self) -> Errors<'a> {
        self.iter()
    }
}

/// Takes the errors out, in the order in which they happened.
impl IntoIterator for GroupError {
    type Item = BoxError;
    type IntoIter = std::vec::IntoIter<BoxError>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

/// Iterator of [`GroupError::iter`].
#[derive(Clone, Debug)]
pub struct Errors<'a> {
    errors: std::slice::Iter<'a, BoxError>,
}

impl<'a> Iterator for Errors<'a> {
    type Item = &'a (dyn Error + Send + Sync + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        self.errors.next().map(|error| &**error)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.errors.size_hint()
    }
}

impl ExactSizeIterator for Errors<'_> {}
