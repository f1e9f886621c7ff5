//! What awaits a task: by value, which owns it, or by reference, which only looks.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::core::caused_here;
use super::ended::Ended;
use super::error::TaskError;
use super::join::Task;
use crate::budget::Turn;
use crate::current::Host;
use crate::scope::defer_boxed;
use crate::waits::{Mark, Site};

impl<T> IntoFuture for Task<T> {
    type Output = Result<T, TaskError>;
    type IntoFuture = Joined<T>;

    #[cfg_attr(debug_assertions, track_caller)]
    fn into_future(self) -> Joined<T> {
        Joined::new(self, Site::here("task.await"))
    }
}

impl<'a, T> IntoFuture for &'a mut Task<T> {
    type Output = Result<T, TaskError>;
    type IntoFuture = Watched<'a, T>;

    #[cfg_attr(debug_assertions, track_caller)]
    fn into_future(self) -> Watched<'a, T> {
        let (mark, turn) = (Mark::new(Site::here("task.await")), Turn::default());
        Watched { task: self, mark, turn }
    }
}

/// Future of a [`Task`] awaited by value: it owns the task.
#[must_use = "an owned task is cancelled when its future is dropped: add `.await`"]
pub struct Joined<T> {
    /// `None` once it has given its result.
    task: Option<Task<T>>,
    mark: Mark,
    turn: Turn,
}

impl<T> Joined<T> {
    pub(super) fn new(task: Task<T>, site: Site) -> Self {
        Joined { task: Some(task), mark: Mark::new(site), turn: Turn::default() }
    }

    pub(super) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        let Some(task) = &mut self.task else { panic!("polled after the task's result was given") };
        let polled = task.poll_ended(cx);
        self.mark.note(&polled, || task.about());
        let ended = ready!(polled);
        self.task = None;
        Poll::Ready(ended)
    }
}

impl<T> Future for Joined<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Joined { task: place, mark, turn } = &mut *self;
        let Some(task) = place else { panic!("polled after the task's result was given") };
        ready!(turn.poll(cx));
        let polled = task.poll_result(cx);
        mark.note(&polled, || task.about());
        let result = ready!(polled);
        turn.spend();
        *place = None;
        Poll::Ready(result)
    }
}

impl<T> Drop for Joined<T> {
    fn drop(&mut self) {
        let Some(task) = self.task.take() else { return };
        let host = Arc::clone(&task.control().core) as Arc<dyn Host>;
        let reason = caused_here("the code that awaited it was cancelled");
        if let Some(end) = task.abandon(reason) {
            defer_boxed(Some(&host), end);
        }
    }
}

impl<T> fmt::Debug for Joined<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Joined").field(&self.task).finish()
    }
}

/// Future of a [`Task`] awaited by reference: it only looks.
#[must_use = "this does nothing until it is awaited: add `.await`"]
pub struct Watched<'a, T> {
    task: &'a mut Task<T>,
    mark: Mark,
    turn: Turn,
}

impl<T> Future for Watched<'_, T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Watched { task, mark, turn } = &mut *self;
        ready!(turn.poll(cx));
        let polled = task.poll_result(cx);
        mark.note(&polled, || task.about());
        if polled.is_ready() {
            turn.spend();
        }
        polled
    }
}

impl<T> fmt::Debug for Watched<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("task", &self.task).finish()
    }
}
