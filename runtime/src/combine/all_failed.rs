//! The errors of a race that nobody won.

use std::error::Error;
use std::fmt;
use std::marker::PhantomData;

/// The errors of a [`race_ok`](crate::race_ok()) that nobody won, in the order of the arguments.
///
/// `C` holds them: a `Vec<E>`, or an array from `race_ok!(a(), b())`.
///
/// # Examples
///
/// ```
/// use std::future::ready;
///
/// # taipan::run(async {
/// let failed = taipan::race_ok([ready(Err::<(), _>("refused")), ready(Err("no route"))]).await.unwrap_err();
/// assert_eq!(failed.iter().copied().collect::<Vec<_>>(), ["refused", "no route"]);
/// assert_eq!(failed.to_string(), "all 2 failed: refused; no route");
/// # });
/// ```
#[doc(alias = "ExceptionGroup")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllFailed<E, C = Vec<E>> {
    errors: C,
    error: PhantomData<E>,
}

impl<E, C: AsRef<[E]>> AllFailed<E, C> {
    pub(crate) fn new(errors: C) -> Self {
        AllFailed { errors, error: PhantomData }
    }

    /// Returns the errors in the order of the arguments.
    pub fn iter(&self) -> std::slice::Iter<'_, E> {
        self.errors.as_ref().iter()
    }

    /// Returns the errors as they are held.
    #[must_use]
    pub fn into_inner(self) -> C {
        self.errors
    }
}

impl<'a, E, C: AsRef<[E]>> IntoIterator for &'a AllFailed<E, C> {
    type Item = &'a E;
    type IntoIter = std::slice::Iter<'a, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<E: fmt::Display, C: AsRef<[E]>> fmt::Display for AllFailed<E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.errors.as_ref();
        if errors.is_empty() {
            return f.write_str("there was nothing to try");
        }
        write!(f, "all {} failed", errors.len())?;
        for (index, error) in errors.iter().enumerate() {
            f.write_str(if index == 0 { ": " } else { "; " })?;
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl<E: Error, C: AsRef<[E]> + fmt::Debug> Error for AllFailed<E, C> {}
