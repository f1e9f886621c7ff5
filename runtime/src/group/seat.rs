//! A child's seat in its group, and the future of the child's task.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::output::ChildOutput;
use super::slots::{End, Value};
use super::state::Shared;
use crate::current::Host;
use crate::error::BoxError;
use crate::info::Identity;
use crate::scope::{Cleanups, Scope, collect, defer};
use crate::task::prepare;

/// Stands between a child and its group while the child begins: see `start`.
pub(super) trait Beginning: Send + Sync {
    /// Told that the child has ended. What it gives back is the group's concern.
    fn ended(&self, end: End) -> End;
}

/// Spawns a child that has its slot.
pub(super) fn spawn<F>(
    shared: &Arc<Shared>,
    key: usize,
    identity: Identity,
    future: F,
    beginning: Option<Arc<dyn Beginning>>,
) where
    F: Future<Output: ChildOutput> + Send + 'static,
{
    let seat = Seat {
        shared: Arc::clone(shared),
        key,
        identity: identity.clone(),
        beginning,
        left: false,
    };
    let told = Told { future, shared: Arc::clone(shared), key };
    let child = Seated { scope: Some(Scope::new(told)), seat: Some(seat) };
    let (runnable, task) = prepare(Arc::clone(shared.core()), identity, child);
    shared.lock().settle(key, task);
    // Only now: whatever closes the group from here on, the child itself among them, finds the handle.
    runnable.schedule();
}

/// A child's place in its group. It is left once, at the latest when it is dropped.
struct Seat {
    shared: Arc<Shared>,
    key: usize,
    identity: Identity,
    beginning: Option<Arc<dyn Beginning>>,
    left: bool,
}

impl Seat {
    fn leave(mut self, end: End) {
        self.left = true;
        self.tell(end);
    }

    fn tell(&self, end: End) {
        let end = match &self.beginning {
            Some(beginning) => beginning.ended(end),
            None => end,
        };
        self.shared.change(|state, after| state.leave(self.key, &self.identity, end, after));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if !self.left {
            self.tell(End::Cancelled);
        }
    }
}

pin_project! {
    /// Runs a child as a scope of its own, so that the group hears of the end only after the child's
    /// cleanups, in whichever way the child ends. A body that had failed before it was cancelled has failed.
    struct Seated<F>
    where
        F: Future<Output = Result<Option<Value>, BoxError>>,
    {
        // `None` once it has ended, and while it is dropped.
        #[pin]
        scope: Option<Scope<F>>,
        seat: Option<Seat>,
    }

    impl<F> PinnedDrop for Seated<F>
    where
        F: Future<Output = Result<Option<Value>, BoxError>>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(seat) = this.seat.take() else { return };
            let scope = this.scope.as_mut().as_pin_mut();
            let end = scope.and_then(Scope::take_error).map_or(End::Cancelled, End::Failed);
            let mut left = Cleanups::default();
            if let Err(payload) = collect(&mut left, || this.scope.set(None)) {
                left.fail(payload);
            }
            if left.is_empty() {
                return seat.leave(end);
            }
            let host = Arc::clone(seat.shared.core()) as Arc<dyn Host>;
            defer(Some(&host), async move {
                let end = left.settle().await.map_or_else(End::Panicked, |()| end);
                seat.leave(end);
            });
        }
    }
}

impl<F: Future<Output = Result<Option<Value>, BoxError>>> Future for Seated<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let Some(scope) = this.scope.as_mut().as_pin_mut() else { return Poll::Ready(()) };
        let end = match ready!(scope.poll_end(cx)) {
            Ok(Some(Ok(value))) => End::Done(value),
            Ok(Some(Err(error))) => End::Failed(error),
            Ok(None) => End::Cancelled,
            Err(payload) => End::Panicked(payload),
        };
        this.scope.set(None);
        if let Some(seat) = this.seat.take() {
            seat.leave(end);
        }
        Poll::Ready(())
    }
}

pin_project! {
    /// A child's future, which gives what the group is told.
    ///
    /// A value that nobody will ask for is dropped here, inside the child's scope, as it would be at the end of
    /// the child's body.
    struct Told<F> {
        #[pin]
        future: F,
        shared: Arc<Shared>,
        key: usize,
    }
}

impl<F: Future<Output: ChildOutput>> Future for Told<F> {
    type Output = Result<Option<Value>, BoxError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let end = ready!(this.future.poll(cx)).into_end();
        Poll::Ready(end.map(|value| keep(value, this.shared, *this.key)))
    }
}

/// Keeps a child's value if the child's handle is alive.
fn keep<V: Send + 'static>(value: V, shared: &Arc<Shared>, key: usize) -> Option<Value> {
    // A `()` costs neither a look nor an allocation.
    let nothing = size_of::<V>() == 0 && !std::mem::needs_drop::<V>();
    (nothing || shared.lock().is_held(key)).then(|| Box::new(value) as Value)
}
