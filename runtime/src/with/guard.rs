//! Holds the resource while the body runs.
//!
//! The body is a scope of its own, and what it leaves behind when it is dropped goes to the guard and not
//! to the enclosing scope. The compiler drops the body before the guard, so the guard finds it there, and
//! defers *one* cleanup: first that, then the exit. That is how nesting becomes a chain, inner before
//! outer, while the exits of siblings stay concurrent.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use pin_project_lite::pin_project;

use super::grace::Owner;
use super::resource::report_lost;
use super::{Outcome, Resource};
use crate::current::{self, Host};
use crate::scope::{Cleanups, Scope, collect};

/// A resource in use.
pub(crate) struct Guard<R: Resource + Send + 'static> {
    /// `None`: its exit has begun.
    resource: Option<R>,
    /// What the body left behind.
    inner: Cleanups,
    host: Option<Arc<dyn Host>>,
}

impl<R: Resource + Send + 'static> Guard<R> {
    pub(crate) fn new(resource: R) -> Self {
        Guard { resource: Some(resource), inner: Cleanups::default(), host: current::host() }
    }

    /// The resource, and where its body leaves what is left of it.
    pub(crate) fn open(&mut self) -> (&mut R, &mut Cleanups) {
        match &mut self.resource {
            Some(resource) => (resource, &mut self.inner),
            None => unreachable!("a guard is opened once"),
        }
    }

    /// Gives the resource up: the caller runs its exit.
    pub(super) fn close(mut self) -> (R, Owner) {
        match self.resource.take() {
            Some(resource) => (resource, Owner::of_resource::<R>(self.host.take())),
            None => unreachable!("a guard is closed once"),
        }
    }
}

impl<R: Resource + Send + 'static> Drop for Guard<R> {
    fn drop(&mut self) {
        let Some(resource) = self.resource.take() else { return };
        let inner = std::mem::take(&mut self.inner);
        Owner::of_resource::<R>(self.host.take()).defer(|grace| async move {
            let inner = inner.settle().await;
            if let Some(exit) = grace.bound(resource.exit(Outcome::Cancelled)).await {
                report_lost(grace.host(), exit);
            }
            if let Err(payload) = inner {
                resume_unwind(payload);
            }
        });
    }
}

pin_project! {
    /// The body of a guard: a scope that, dropped, leaves its cleanups to the guard.
    pub(crate) struct Body<'a, F: Future> {
        // `None` only while it is dropped.
        #[pin]
        scope: Option<Scope<F>>,
        inner: &'a mut Cleanups,
    }

    impl<F: Future> PinnedDrop for Body<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Err(payload) = collect(this.inner, || this.scope.set(None)) {
                this.inner.fail(payload);
            }
        }
    }
}

impl<'a, F: Future> Body<'a, F> {
    pub(crate) fn new(future: F, inner: &'a mut Cleanups) -> Self {
        Body { scope: Some(Scope::new(future)), inner }
    }
}

/// Gives what the body gave, or its panic.
impl<F: Future> Future for Body<'_, F> {
    type Output = thread::Result<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(scope) = self.project().scope.as_pin_mut() else {
            unreachable!("polled while it is dropped")
        };
        scope.poll_end(cx).map(|end| {
            end.map(|value| match value {
                Some(value) => value,
                None => unreachable!("nobody else can cancel this scope"),
            })
        })
    }
}
