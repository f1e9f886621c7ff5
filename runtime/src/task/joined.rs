//! What awaits a task: by value, which owns it, or by reference, which only looks.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::core::caused_here;
use super::ended::Ended;
use super::error::TaskError;
use super::join::Task;
use crate::current::Host;
use crate::scope::defer_boxed;

impl<T> IntoFuture for Task<T> {
    type Output = Result<T, TaskError>;
    type IntoFuture = Joined<T>;

    fn into_future(self) -> Joined<T> {
        Joined { task: Some(self) }
    }
}

impl<'a, T> IntoFuture for &'a mut Task<T> {
    type Output = Result<T, TaskError>;
    type IntoFuture = Watched<'a, T>;

    fn into_future(self) -> Watched<'a, T> {
        Watched { task: self }
    }
}

/// Future of a [`Task`] awaited by value: it owns the task.
#[must_use = "an owned task is cancelled when its future is dropped: add `.await`"]
pub struct Joined<T> {
    /// `None` once it has given its result.
    task: Option<Task<T>>,
}

impl<T> Joined<T> {
    pub(super) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        let Some(task) = &mut self.task else { panic!("polled after the task's result was given") };
        let ended = ready!(task.poll_ended(cx));
        self.task = None;
        Poll::Ready(ended)
    }
}

impl<T> Future for Joined<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(task) = &mut self.task else { panic!("polled after the task's result was given") };
        let result = ready!(task.poll_result(cx));
        self.task = None;
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
#[derive(Debug)]
#[must_use = "this does nothing until it is awaited: add `.await`"]
pub struct Watched<'a, T> {
    task: &'a mut Task<T>,
}

impl<T> Future for Watched<'_, T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.task.poll_result(cx)
    }
}
