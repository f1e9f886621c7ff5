//! How many of the items that were put are not done yet, and who waits until all are.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::sync::after::After;
use crate::sync::line::{Line, Rules};
use crate::sync::store::Store;
use crate::sync::waiters::{Left, Waiters};
use crate::waits::Site;

/// The count of a queue, shared with the items that were taken from it.
#[derive(Clone)]
pub(super) struct Jobs(Arc<Line<State>>);

struct State {
    unfinished: usize,
    joiners: Waiters<(), ()>,
}

impl Jobs {
    pub(super) fn new() -> Self {
        Jobs(Arc::new(Line::new(State { unfinished: 0, joiners: Waiters::new() })))
    }

    /// One more is there.
    fn add(&self) {
        self.0.change(|state, _| state.unfinished += 1);
    }

    /// So many more are done. `false`: there were not so many.
    pub(super) fn done(&self, count: usize) -> bool {
        self.0.change(|state, after| {
            let left = state.unfinished.checked_sub(count);
            if let Some(left) = left {
                state.unfinished = left;
            }
            if left == Some(0) {
                while state.joiners.grant((), after).is_ok() {}
            }
            left.is_some()
        })
    }

    pub(super) async fn join(&self, site: Site) {
        self.0.wait((), site).await;
    }

    pub(super) fn unfinished(&self) -> usize {
        self.0.read(|state| state.unfinished)
    }

    pub(super) fn joining(&self) -> usize {
        self.0.read(|state| state.joiners.len())
    }
}

impl Rules for State {
    type Request = ();
    type Grant = ();
    type Output = ();

    fn waiters(&mut self) -> &mut Waiters<(), ()> {
        &mut self.joiners
    }

    fn arrive(&mut self, (): (), _: &mut After) -> Result<(), ()> {
        if self.unfinished == 0 { Ok(()) } else { Err(()) }
    }

    fn claim(&mut self, (): (), (): (), _: &mut After) {}

    // There is nothing to pass on: everybody was woken.
    fn left(&mut self, _: &Left<(), ()>, _: &mut After) {}
}

/// A store whose items are counted as they come.
///
/// The lock of the count is taken under that of the buffer, never the other way round.
pub(super) struct Counted<S> {
    items: S,
    jobs: Jobs,
}

impl<S> Counted<S> {
    pub(super) fn new(items: S, jobs: Jobs) -> Self {
        Counted { items, jobs }
    }
}

impl<S: Store> Store for Counted<S> {
    type Item = S::Item;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn push(&mut self, item: S::Item) {
        self.items.push(item);
        self.jobs.add();
    }

    fn pop(&mut self) -> Option<S::Item> {
        self.items.pop()
    }
}

/// An item that was taken from a queue: it counts as done when this is dropped.
///
/// So it does however the work on it ends: on `?`, on a panic, on cancellation.
///
/// # Examples
///
/// ```
/// use taipan::sync::Queue;
///
/// taipan::run(async {
///     let queue = Queue::unbounded();
///     queue.put("sweep").await.unwrap();
///     let job = queue.take().await.unwrap();
///     assert_eq!((job.len(), queue.statistics().unfinished), (5, 1));
///     drop(job);
///     queue.join().await;
/// });
/// ```
#[must_use = "it counts as done as soon as it is dropped: bind it, as in `let job = ..`"]
pub struct Taken<T> {
    item: T,
    _done: Done,
}

/// Tells the queue when it is dropped.
struct Done(Jobs);

impl Drop for Done {
    fn drop(&mut self) {
        // If `task_done` was called for it as well there is nothing left to count.
        self.0.done(1);
    }
}

impl<T> Taken<T> {
    pub(super) fn new(item: T, jobs: Jobs) -> Self {
        Taken { item, _done: Done(jobs) }
    }

    /// Returns the item itself, which counts as done at once.
    //
    // A function, as those of a guard: a method would hide one of the item's.
    #[must_use = "the item is dropped, and counts as done"]
    pub fn into_inner(taken: Self) -> T {
        taken.item
    }
}

impl<T> Deref for Taken<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T> DerefMut for Taken<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.item
    }
}

impl<T: fmt::Debug> fmt::Debug for Taken<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.item.fmt(f)
    }
}
