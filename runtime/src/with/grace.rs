//! How long an exit may take once it was cancelled.
//!
//! An exit that is awaited in place is ordinary code and takes as long as it takes. One that is deferred,
//! because a cancellation made it begin or found it half-way, has the runtime's grace from the moment
//! that it runs as a cleanup. Then it is dropped *inside the poll of its cleanup*: so what it leaves itself
//! is deferred to the same scope, as after any other cancellation, each with a grace of its own; and
//! whoever is chained behind it goes on.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::Resource;
use crate::current::{self, Host};
use crate::report::{ExitKind, Exiting, Report};
use crate::scope::defer_exit;
use crate::time::{Clock, Timer};

/// Whose exit it is, and the runtime that sees to it.
#[derive(Clone)]
pub(super) struct Owner {
    host: Option<Arc<dyn Host>>,
    kind: ExitKind,
    name: &'static str,
}

impl Owner {
    pub(super) fn of_resource<R: Resource>(host: Option<Arc<dyn Host>>) -> Self {
        Owner { host, kind: ExitKind::Resource, name: R::type_name() }
    }

    pub(super) fn of_shield<F>() -> Self {
        Owner { host: current::host(), kind: ExitKind::Shield, name: std::any::type_name::<F>() }
    }

    /// Defers a cleanup. It is given what bounds the exit in it.
    pub(super) fn defer<F>(self, cleanup: impl FnOnce(Grace) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Owner { host, kind, name } = self;
        let exiting = Exiting { kind, name, task: current::running() };
        let grace = Grace { host: host.clone(), exiting: exiting.clone() };
        defer_exit(host.as_ref(), exiting, cleanup(grace));
    }
}

/// What bounds one exit.
pub(super) struct Grace {
    host: Option<Arc<dyn Host>>,
    exiting: Exiting,
}

impl Grace {
    pub(super) fn host(&self) -> Option<&Arc<dyn Host>> {
        self.host.as_ref()
    }

    /// Waits for `exit`, but no longer than the runtime allows. `None`: it has been dropped and reported.
    pub(super) async fn bound<T>(&self, exit: impl Future<Output = T>) -> Option<T> {
        let limit = self.host().and_then(|host| Some((host, host.grace()?)));
        let Some((host, grace)) = limit else { return Some(exit.await) };
        let clock = host.clock().cloned().map_or(Clock::System, Clock::Other);
        let mut timer = Timer::after(clock, grace);
        let mut exit = pin!(exit);
        poll_fn(|cx| {
            if let Poll::Ready(given) = exit.as_mut().poll(cx) {
                return Poll::Ready(Some(given));
            }
            timer.poll(cx).map(|()| {
                host.report(&Report::hung_exit(&self.exiting, grace));
                None
            })
        })
        .await
    }
}
