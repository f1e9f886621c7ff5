//! Waiting until a child is ready.
//!
//! The child and the one that waits share a `Cell`. Until the child is ready its end is the waiter's concern,
//! its error included; from then on the group's. A panic is always the group's.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::child::Child;
use super::output::ChildOutput;
use super::place::{Place, place};
use super::seat::{self, Beginning};
use super::slots::End;
use super::state::Shared;
use crate::error::BoxError;
use crate::info::Identity;
use crate::scope::defer;
use crate::task::caused_here;
use crate::waits::{Site, waiting, with_own};

/// How a child that was [started](crate::TaskGroup::start) says that it is ready.
///
/// Saying it twice cannot be written. Dropped unsaid, it leaves the starter waiting for the child's end.
#[must_use = "the starter waits until the child is ready: say `ready.set(value)`"]
pub struct Ready<R> {
    cell: Arc<Cell<R>>,
}

impl<R> Ready<R> {
    /// Says that the child is ready, and gives `value` to the starter.
    pub fn set(self, value: R) {
        let mut begun = self.cell.lock();
        begun.ready = true;
        begun.value = Some(value);
        let starter = if begun.abandoned { None } else { begun.waker.take() };
        drop(begun);
        if let Some(starter) = starter {
            starter.wake();
        }
    }
}

impl<R> fmt::Debug for Ready<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready(..)")
    }
}

/// Why [`TaskGroup::start`](crate::TaskGroup::start) gave no value.
#[derive(Debug)]
pub struct StartError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Closed,
    Ended,
    Failed(BoxError),
}

impl StartError {
    /// Returns whether the group took no children: it has not begun, was ending, or has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.kind, Kind::Closed)
    }

    /// Returns the child's own error, if it failed before it was ready.
    #[must_use]
    pub fn into_inner(self) -> Option<BoxError> {
        match self.kind {
            Kind::Failed(error) => Some(error),
            Kind::Closed | Kind::Ended => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Closed => f.write_str("the task group takes no children"),
            Kind::Ended => f.write_str("the child ended before it was ready"),
            Kind::Failed(error) => write!(f, "the child failed before it was ready: {error}"),
        }
    }
}

/// Its source is the child's own error.
impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Failed(error) => Some(&**error),
            Kind::Closed | Kind::Ended => None,
        }
    }
}

struct Cell<R>(Mutex<Begun<R>>);

struct Begun<R> {
    value: Option<R>,
    ready: bool,
    ended: bool,
    /// Of a child that failed before it was ready.
    error: Option<BoxError>,
    /// Nobody waits for the child to be ready any more.
    abandoned: bool,
    /// The one that waits; after that was dropped, the scope that waits for the child's end.
    waker: Option<Waker>,
}

impl<R> Cell<R> {
    fn new() -> Self {
        Cell(Mutex::new(Begun {
            value: None,
            ready: false,
            ended: false,
            error: None,
            abandoned: false,
            waker: None,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Begun<R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<R, StartError>> {
        let mut begun = self.lock();
        if let Some(value) = begun.value.take() {
            return Poll::Ready(Ok(value));
        }
        if begun.ended {
            let kind = begun.error.take().map_or(Kind::Ended, Kind::Failed);
            return Poll::Ready(Err(StartError { kind }));
        }
        begun.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut begun = self.lock();
        if begun.ended {
            return Poll::Ready(());
        }
        begun.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl<R: Send> Beginning for Cell<R> {
    fn ended(&self, end: End) -> End {
        let mut begun = self.lock();
        begun.ended = true;
        let theirs = !begun.ready && !begun.abandoned;
        let end = match end {
            End::Failed(error) if theirs => {
                begun.error = Some(error);
                End::Done(None)
            }
            end => end,
        };
        let waker = begun.waker.take();
        drop(begun);
        if let Some(waker) = waker {
            waker.wake();
        }
        end
    }
}

/// `TaskGroup::start`.
pub(super) async fn start<R, C, F>(
    shared: &Arc<Shared>,
    identity: Identity,
    child: C,
    site: Site,
) -> Result<R, StartError>
where
    R: Send + 'static,
    C: FnOnce(Ready<R>) -> F,
    F: Future<Output: ChildOutput> + Send + 'static,
{
    let cell = Arc::new(Cell::new());
    let future = child(Ready { cell: Arc::clone(&cell) });
    let Some(key) = place(shared, site).await.and_then(Place::seat) else {
        return Err(StartError { kind: Kind::Closed });
    };
    let child = Child::new(shared, Some(key), identity.clone());
    let starter = Starter { child, cell: Arc::clone(&cell) };
    seat::spawn(shared, key, identity, future, Some(Arc::clone(&cell) as Arc<dyn Beginning>));
    waiting(site, || starter.child.about(), |cx| starter.cell.poll_ready(cx)).await
}

/// Waits for a child to be ready: dropped before, it ends the child.
struct Starter<R: Send + 'static> {
    /// Only to cancel it.
    child: Child<()>,
    cell: Arc<Cell<R>>,
}

impl<R: Send + 'static> Drop for Starter<R> {
    fn drop(&mut self) {
        let mut begun = self.cell.lock();
        if begun.ready || begun.ended {
            return;
        }
        begun.abandoned = true;
        drop(begun);
        let reason = caused_here("the code that started it was cancelled");
        self.child.request(reason);
        let cell = Arc::clone(&self.cell);
        defer(None, async move { poll_fn(|cx| with_own(cx, |cx| cell.poll_ended(cx))).await });
    }
}
