//! A task, as its handle holds it: one that runs on any worker, or one of this thread.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_task::FallibleTask;

use super::claim::Claim;
use super::control::Control;
use super::ended::Ended;
use super::life::Owner;
use crate::current::Cleanup;

/// A task, as its handle holds it.
pub(super) enum Inner<T> {
    /// Runs on any worker. With it, where `T` is known to be `Send`: how to wait for its end.
    Shared(Claim<T>, fn(Claim<T>) -> Cleanup),
    /// Runs on one thread.
    Local(FallibleTask<Ended<T>>, Arc<Control>),
}

impl<T> Inner<T> {
    pub(super) fn control(&self) -> &Control {
        match self {
            Inner::Shared(claim, _) => claim.control(),
            Inner::Local(_, control) => control,
        }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        match self {
            Inner::Shared(claim, _) => claim.poll(cx),
            // Without one if its thread's executor has ended before it.
            Inner::Local(task, _) => {
                Pin::new(task).poll(cx).map(|ended| ended.unwrap_or(Ended::Cancelled))
            }
        }
    }

    /// Whether the task has ended.
    pub(super) fn is_finished(&self) -> bool {
        match self {
            Inner::Shared(claim, _) => claim.control().has_ended(),
            Inner::Local(task, _) => task.is_finished(),
        }
    }

    /// Lets go of a task whose result has been taken.
    pub(super) fn let_go(self) {
        if let Inner::Local(task, _) = self {
            task.detach();
        }
    }

    /// Lets the task run on, its result being `owner`'s. If it has ended, its result is given: left where
    /// it is, a destructor that panics would end the process.
    pub(super) fn release(self, owner: Owner) -> Option<Ended<T>> {
        let (mut task, control) = match self {
            Inner::Shared(claim, _) => return claim.give_up(owner),
            Inner::Local(task, control) => (task, control),
        };
        if control.disown(owner) {
            task.detach();
            return None;
        }
        // If it ended just now, on another thread, its result is a few instructions away.
        let ended = futures_lite::future::block_on(poll_fn(|cx| Pin::new(&mut task).poll(cx)));
        Some(ended.unwrap_or(Ended::Cancelled))
    }
}
