//! The error of a timeout.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

/// The error of a body that did not end in time: see [`timeout`](crate::timeout()).
///
/// Converts into [`io::Error`] of the kind [`TimedOut`](io::ErrorKind::TimedOut), so that `?` works where
/// I/O errors are returned.
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use std::time::Duration;
/// use taipan::timeout;
///
/// # taipan::run(async {
/// let elapsed = timeout(Duration::from_millis(2), pending::<()>()).await.unwrap_err();
/// assert_eq!(elapsed.to_string(), "timed out after 2ms");
/// # });
/// ```
#[doc(alias = "TimeoutError")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elapsed {
    /// The limit, if it was a duration and never moved.
    limit: Option<Duration>,
}

impl Elapsed {
    pub(super) fn new(limit: Option<Duration>) -> Elapsed {
        Elapsed { limit }
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.limit {
            Some(limit) => write!(f, "timed out after {limit:?}"),
            None => f.write_str("deadline has elapsed"),
        }
    }
}

impl Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> io::Error {
        io::Error::new(io::ErrorKind::TimedOut, elapsed)
    }
}
