//! The body of a group, and the end.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::thread;

use pin_project_lite::pin_project;

use super::error::GroupError;
use super::state::{Phase, Shared};
use crate::current::Host;
use crate::error::BoxError;
use crate::report::Report;
use crate::scope::{Cleanups, Payload, Scope, collect, defer};
use crate::task::{Core, caused_here, core};
use crate::waits::{Site, waiting};

/// Runs a group, from its beginning to its end: dropped before, it ends the group where that is awaited.
pub(crate) struct Owner {
    shared: Arc<Shared>,
    core: Arc<Core>,
    /// What the body left behind when it was dropped.
    left: Cleanups,
    done: bool,
    /// Where the group is run.
    site: Site,
}

/// How the body of a group ended.
pub(crate) enum BodyEnd<T> {
    /// With its value.
    Value(T),
    /// With a failure, which is one of the group's errors.
    Failed(BoxError),
    /// With a failure that goes on by itself: the children are cancelled, and their errors reported.
    Left(T),
    /// By the end of the group.
    Cancelled,
    Panicked(Payload),
}

impl Owner {
    pub(super) fn enter(shared: &Arc<Shared>, site: Site) -> Owner {
        let Some(core) = core() else {
            panic!(
                "no runtime here: run a task group inside `#[taipan::main]` or `taipan::run(..)`"
            )
        };
        assert!(shared.begin(&core), "a task group runs once: make a new one");
        shared.change(|state, after| {
            state.phase = Phase::Open;
            // Cancelled before it began.
            if let Some(reason) = state.reason.clone() {
                state.close(reason, after);
            }
        });
        Owner { shared: Arc::clone(shared), core, left: Cleanups::default(), done: false, site }
    }

    pub(super) async fn drive<T, F>(mut self, body: F) -> Result<T, GroupError>
    where
        F: Future<Output = Result<T, BoxError>>,
    {
        let scope = Some(Scope::new(body));
        let body = Body { scope, owner: &mut self, error: Scope::take_error };
        let ended = match body.await {
            Ok(Some(Ok(value))) => BodyEnd::Value(value),
            Ok(Some(Err(error))) => BodyEnd::Failed(error),
            Ok(None) => BodyEnd::Cancelled,
            Err(payload) => BodyEnd::Panicked(payload),
        };
        self.end(ended).await
    }

    /// Runs the body: `None` if the group's end cancelled it. Its panic comes out as `Err`.
    pub(crate) fn body<F: Future>(
        &mut self,
        body: F,
    ) -> impl Future<Output = thread::Result<Option<F::Output>>> {
        // What it fails with goes on by itself, or is lost with the code that is cancelled.
        Body { scope: Some(Scope::new(body)), owner: self, error: |_| None }
    }

    /// Waits for the children, whom a failure of the body cancels.
    pub(crate) async fn end<T>(mut self, ended: BodyEnd<T>) -> Result<T, GroupError> {
        let left = matches!(ended, BodyEnd::Left(_));
        let value = self.shared.change(|state, after| {
            state.body_ended = true;
            let failed = || caused_here("the body of its group failed");
            match ended {
                BodyEnd::Value(value) => return Some(value),
                BodyEnd::Left(value) => {
                    state.close(failed(), after);
                    return Some(value);
                }
                BodyEnd::Failed(error) => {
                    state.errors.push(error);
                    state.close(failed(), after);
                }
                BodyEnd::Cancelled => {} // the group is closing already
                BodyEnd::Panicked(payload) => {
                    state.fail(payload, None, after);
                    state.close(caused_here("the body of its group panicked"), after);
                }
            }
            None
        });
        join(&self.shared, self.site).await;
        self.done = true;
        let (errors, panic, reason) = self.shared.change(|state, _| {
            (std::mem::take(&mut state.errors), state.panic.take(), state.reason.take())
        });
        if let Some(payload) = panic {
            report_lost(&self.core, errors);
            resume_unwind(payload);
        }
        match value {
            Some(value) if left => {
                report_lost(&self.core, errors);
                Ok(value)
            }
            Some(value) if errors.is_empty() => Ok(value),
            _ => Err(GroupError::new(errors, reason)),
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let quiet = self.shared.change(|state, after| {
            state.body_ended = true;
            state.close(caused_here("its group was cancelled"), after);
            state.is_quiet()
        });
        let left = std::mem::take(&mut self.left);
        if quiet && left.is_empty() {
            return self.shared.change(|state, _| state.phase = Phase::Ended);
        }
        let host = Arc::clone(&self.core) as Arc<dyn Host>;
        let (shared, core, site) = (Arc::clone(&self.shared), Arc::clone(&self.core), self.site);
        defer(Some(&host), async move {
            let left = left.settle().await;
            join(&shared, site).await;
            let (errors, panic) =
                shared.change(|state, _| (std::mem::take(&mut state.errors), state.panic.take()));
            report_lost(&core, errors);
            if let Some(payload) = panic.or(left.err()) {
                resume_unwind(payload);
            }
        });
    }
}

/// Waits until the last child has ended. The body has.
async fn join(shared: &Arc<Shared>, site: Site) {
    let poll = |cx: &mut Context<'_>| shared.change(|state, after| state.poll_empty(cx, after));
    waiting(site, || shared.lock().about(), poll).await;
    for task in shared.change(|state, _| std::mem::take(&mut state.ended)) {
        // The child's end has been told; an error here is a panic that came after it.
        if let Err(error) = task.await
            && let Ok(payload) = error.into_panic()
        {
            shared.change(|state, after| state.fail(payload, None, after));
        }
    }
}

/// Tells of errors that the owner cannot give any more.
fn report_lost(core: &Core, errors: Vec<BoxError>) {
    if !errors.is_empty() {
        core.report(&Report::group(&GroupError::new(errors, None)));
    }
}

pin_project! {
    /// The body as a scope that the group's end cancels. Dropped, it leaves its cleanups to the owner,
    /// so that they run before the group has ended; and the error of a body that had failed by then.
    struct Body<'a, F: Future> {
        // `None` only while it is dropped.
        #[pin]
        scope: Option<Scope<F>>,
        owner: &'a mut Owner,
        // Takes the group's error from a body that had failed.
        error: fn(Pin<&mut Scope<F>>) -> Option<BoxError>,
    }

    impl<F: Future> PinnedDrop for Body<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let scope = this.scope.as_mut().as_pin_mut();
            if let Some(error) = scope.and_then(*this.error) {
                this.owner.shared.change(|state, _| state.errors.push(error));
            }
            if let Err(payload) = collect(&mut this.owner.left, || this.scope.set(None)) {
                this.owner.left.fail(payload);
            }
        }
    }
}

impl<F: Future> Future for Body<'_, F> {
    type Output = thread::Result<Option<F::Output>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(mut scope) = this.scope.as_pin_mut() else {
            unreachable!("polled while it is dropped")
        };
        if this.owner.shared.change(|state, after| state.poll_closing(cx, after)) {
            scope.as_mut().cancel();
        }
        Poll::Ready(ready!(scope.poll_end(cx)))
    }
}
