//! What the three queues have in common: all but the order.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::jobs::{Counted, Jobs, Taken};
use crate::sync::QueueStatistics;
use crate::sync::buffer::{Buffer, BufferLine, Getter};
use crate::sync::closed::{Closed, TryRecvError, TrySendError};
use crate::sync::line::Line;
use crate::sync::store::Store;
use crate::waits::Site;

pub(super) struct Core<S: Store> {
    line: Arc<BufferLine<Counted<S>>>,
    jobs: Jobs,
}

impl<S: Store> Core<S> {
    pub(super) fn new(items: S, capacity: usize) -> Self {
        let jobs = Jobs::new();
        let buffer = Buffer::new(Counted::new(items, jobs.clone()), capacity);
        Core { line: Arc::new(Line::new(buffer)), jobs }
    }

    #[track_caller]
    pub(super) fn bounded(items: S, capacity: usize) -> Self {
        assert!(
            capacity > 0,
            "a queue needs room for at least one item; one without a limit is made with `unbounded()`"
        );
        Core::new(items, capacity)
    }

    pub(super) async fn put(&self, item: S::Item, site: Site) -> Result<(), Closed<S::Item>> {
        self.line.put(item, site).await
    }

    pub(super) fn try_put(&self, item: S::Item) -> Result<(), TrySendError<S::Item>> {
        self.line.try_put(item)
    }

    pub(super) async fn get(&self, site: Site) -> Option<S::Item> {
        self.line.get(site).await
    }

    pub(super) fn try_get(&self) -> Result<S::Item, TryRecvError> {
        self.line.try_get()
    }

    pub(super) async fn take(&self, site: Site) -> Option<Taken<S::Item>> {
        let item = self.line.get(site).await?;
        Some(Taken::new(item, self.jobs.clone()))
    }

    pub(super) fn stream(&self, site: Site) -> Items<S> {
        Items { core: self.clone(), place: None, site }
    }

    #[track_caller]
    pub(super) fn task_done(&self) {
        assert!(self.jobs.done(1), "`task_done` was called more often than items were put");
    }

    pub(super) async fn join(&self, site: Site) {
        self.jobs.join(site).await;
    }

    pub(super) fn shutdown(&self) {
        self.line.change(Buffer::close);
    }

    pub(super) fn shutdown_now(&self) {
        let items = self.line.change(Buffer::close_and_drain);
        let count = items.len();
        drop(items);
        self.jobs.done(count);
    }

    pub(super) fn len(&self) -> usize {
        self.line.read(Buffer::len)
    }

    pub(super) fn is_full(&self) -> bool {
        self.line.read(Buffer::is_full)
    }

    pub(super) fn is_shut_down(&self) -> bool {
        self.line.read(Buffer::is_closed)
    }

    pub(super) fn capacity(&self) -> Option<usize> {
        self.line.read(Buffer::capacity)
    }

    pub(super) fn statistics(&self) -> QueueStatistics {
        let (unfinished, joining) = (self.jobs.unfinished(), self.jobs.joining());
        self.line.read(|buffer| QueueStatistics {
            len: buffer.len(),
            peak: buffer.peak(),
            capacity: buffer.capacity(),
            unfinished,
            putting: buffer.putting(),
            getting: buffer.getting(),
            joining,
            shut_down: buffer.is_closed(),
        })
    }
}

impl<S: Store> Clone for Core<S> {
    fn clone(&self) -> Self {
        Core { line: Arc::clone(&self.line), jobs: self.jobs.clone() }
    }
}

/// The items of a queue, as they come.
pub(super) struct Items<S: Store> {
    core: Core<S>,
    place: Option<Getter<Counted<S>>>,
    site: Site,
}

impl<S: Store> Stream for Items<S> {
    type Item = Taken<S::Item>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Items { core, place, site } = &mut *self;
        let item = core.line.poll_get(place, *site, cx);
        item.map(|item| Some(Taken::new(item?, core.jobs.clone())))
    }
}
