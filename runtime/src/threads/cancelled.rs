//! Why a thread gets no answer.

use std::error::Error;
use std::fmt;

use crate::info::CancelReason;

/// The code that awaited a call was cancelled while the call ran: given to the call by
/// [`from_thread`](crate::from_thread) and [`check_cancelled`](super::check_cancelled).
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
/// use taipan::{spawn, threads::check_cancelled, to_thread};
///
/// taipan::run(async {
///     let (begun, has_begun) = taipan::sync::oneshot::channel();
///     let (end, ended) = mpsc::channel();
///     let task = spawn(to_thread(move || {
///         begun.send(()).unwrap();
///         let error = loop {
///             // .. a piece of the work
///             if let Err(error) = check_cancelled() {
///                 break error;
///             }
///         };
///         end.send(error.reason().unwrap().message().unwrap().to_owned()).unwrap();
///     }));
///     has_begun.await.unwrap();
///     task.cancel_with("the user left");
///     task.await.unwrap_err();
///     assert_eq!(ended.recv().unwrap(), "the user left");
/// });
/// ```
#[derive(Debug)]
pub struct Cancelled {
    reason: Option<CancelReason>,
}

impl Cancelled {
    pub(super) fn new(reason: Option<CancelReason>) -> Self {
        Cancelled { reason }
    }

    /// Returns who cancelled the code that awaited the call, why and where; `None` if the run has ended.
    #[must_use]
    pub fn reason(&self) -> Option<&CancelReason> {
        self.reason.as_ref()
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            None => f.write_str("the call was cancelled"),
            Some(reason) if reason.message().is_none() => write!(f, "the call was {reason}"),
            Some(reason) => write!(f, "the call was cancelled: {reason}"),
        }
    }
}

impl Error for Cancelled {}
