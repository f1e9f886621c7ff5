//! How a task ended, as it is kept until somebody reads it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::control::Control;
use super::core::Core;
use super::life::Owner;
use crate::current::Host;
use crate::info::Identity;
use crate::report::Report;
use crate::scope::Payload;

/// What a task leaves behind.
pub(crate) enum Ended<T> {
    /// Its body's value.
    Value(T),
    /// It was cancelled before its body had ended.
    Cancelled,
    /// It panicked.
    Panicked(Unread),
    /// Its value went where it was to go: nobody holds a handle.
    Settled,
}

/// What `detach` leaves with the control block.
pub(super) type ErrorReporter<T> = fn(T, &Core, &Identity);

/// Settles what became of the output of a task that has just ended, unless its handle will look at it.
pub(super) fn settle<T: 'static>(owner: Owner, ended: Ended<T>, control: &Control) -> Ended<T> {
    match (owner, ended) {
        (Owner::Handle, ended) => return ended,
        (Owner::Hook(reporter), Ended::Value(value)) => {
            if let Ok(reporter) = reporter.downcast::<ErrorReporter<T>>() {
                contain(control, || reporter(value, &control.core, &control.identity));
            }
        }
        // Dropped here and not later, so that a destructor that panics is told and ends nobody.
        (Owner::Nobody, Ended::Value(value)) => contain(control, || drop(value)),
        // A panic is reported here and not later, so that it is told before the task leaves the list.
        (Owner::Hook(_) | Owner::Nobody, ended) => drop(ended),
    }
    Ended::Settled
}

/// Runs a destructor of the user's, or code that may: a panic in it is reported.
pub(crate) fn contain(control: &Control, f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        drop(Unread::new(payload, control));
    }
}

/// The panic of a task that nobody has looked at: dropped as it is, it is reported.
///
/// Boxed: it is rare, and every task's output would be as large.
pub(crate) struct Unread(Option<Box<Panic>>);

struct Panic {
    payload: Payload,
    identity: Identity,
    host: Arc<dyn Host>,
}

impl Unread {
    pub(crate) fn new(payload: Payload, control: &Control) -> Self {
        let host = Arc::clone(&control.core) as Arc<dyn Host>;
        Unread(Some(Box::new(Panic { payload, identity: control.identity.clone(), host })))
    }

    /// The panic has found its reader.
    pub(crate) fn read(mut self) -> Payload {
        match self.0.take() {
            Some(panic) => panic.payload,
            None => unreachable!("it is given by value"),
        }
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        if let Some(panic) = self.0.take() {
            panic.host.report(&Report::panic(panic.identity.clone(), &*panic.payload));
        }
    }
}
