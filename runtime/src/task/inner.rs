//! A task, as its handle holds it: one that runs on any worker, or one of this thread.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_task::FallibleTask;

use super::control::Control;
use super::ended::Ended;
use super::life::Owner;
use crate::current::Cleanup;

/// A task, as its handle holds it.
pub(super) enum Inner<T> {
    /// Runs on any worker. With it, where `T` is known to be `Send`: how to wait for its end.
    Shared(async_task::Task<Ended<T>, Control>, fn(async_task::Task<Ended<T>, Control>) -> Cleanup),
    /// Runs on one thread.
    Local(FallibleTask<Ended<T>>, Arc<Control>),
}

impl<T> Inner<T> {
    pub(super) fn control(&self) -> &Control {
        match self {
            Inner::Shared(task, _) => task.metadata(),
            Inner::Local(_, control) => control,
        }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        match self {
            // Never without an output: see `spawn::schedule`.
            Inner::Shared(task, _) => Pin::new(task).poll(cx),
            // Without one if its thread's executor has ended before it.
            Inner::Local(task, _) => {
                Pin::new(task).poll(cx).map(|ended| ended.unwrap_or(Ended::Cancelled))
            }
        }
    }

    pub(super) fn detach(self) {
        match self {
            Inner::Shared(task, _) => task.detach(),
            Inner::Local(task, _) => task.detach(),
        }
    }

    /// Lets the task run on, its result being `owner`'s. If it has ended, its result is given: left where
    /// it is, a destructor that panics would end the process.
    pub(super) fn release(mut self, owner: Owner) -> Option<Ended<T>> {
        if self.control().disown(owner) {
            self.detach();
            return None;
        }
        // If it ended just now, on another thread, its result is a few instructions away.
        Some(futures_lite::future::block_on(poll_fn(|cx| self.poll(cx))))
    }
}
