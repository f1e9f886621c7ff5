//! A task, as its handle holds it: one that runs on any worker, or one of this thread.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use async_task::FallibleTask;

use super::claim::Claim;
use super::control::Control;
use super::ended::Ended;
use super::life::Owner;
use crate::current::Cleanup;

/// A task, as its handle holds it. Dropped, it lets the task run on.
pub(super) enum Inner<T> {
    /// Runs on any worker. With it, where `T` is known to be `Send`: how to wait for its end.
    Shared(Claim<T>, fn(Claim<T>) -> Cleanup),
    /// Runs on one thread.
    Local(Pinned<T>),
}

/// A task of one thread.
pub(super) struct Pinned<T> {
    /// `None`, once it has been let go.
    task: Option<FallibleTask<Ended<T>>>,
    control: Arc<Control>,
}

impl<T> Inner<T> {
    pub(super) fn local(task: FallibleTask<Ended<T>>, control: Arc<Control>) -> Self {
        Inner::Local(Pinned { task: Some(task), control })
    }

    pub(super) fn control(&self) -> &Control {
        match self {
            Inner::Shared(claim, _) => claim.control(),
            Inner::Local(task) => &task.control,
        }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        match self {
            Inner::Shared(claim, _) => claim.poll(cx),
            Inner::Local(task) => task.poll(cx),
        }
    }

    /// Whether the task has ended.
    pub(super) fn is_finished(&self) -> bool {
        match self {
            Inner::Shared(claim, _) => claim.control().has_ended(),
            Inner::Local(task) => task.task.as_ref().is_none_or(FallibleTask::is_finished),
        }
    }

    /// Lets the task run on, its result being `owner`'s. If it has ended, its result is given, if it was not taken: left
    /// where it is, a destructor that panics would end the process.
    pub(super) fn release(self, owner: Owner) -> Option<Ended<T>> {
        match self {
            Inner::Shared(claim, _) => claim.give_up(owner),
            Inner::Local(mut task) => task.release(owner),
        }
    }
}

impl<T> Pinned<T> {
    pub(super) fn control(&self) -> &Arc<Control> {
        &self.control
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        let Some(task) = &mut self.task else { panic!("a task's result is there once") };
        // There is none if its thread's executor has ended before it.
        let ended = ready!(Pin::new(task).poll(cx)).unwrap_or(Ended::Cancelled);
        self.task = None;
        Poll::Ready(ended)
    }

    fn release(&mut self, owner: Owner) -> Option<Ended<T>> {
        let task = self.task.take()?;
        if self.control.disown(owner) {
            task.detach();
            return None;
        }
        // If it ended just now, on another thread, its result is a few instructions away.
        Some(futures_lite::future::block_on(task).unwrap_or(Ended::Cancelled))
    }
}

impl<T> Drop for Pinned<T> {
    fn drop(&mut self) {
        drop(self.release(Owner::Nobody));
    }
}
