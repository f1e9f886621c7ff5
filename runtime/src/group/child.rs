//! `Child`: the handle of a child.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::child_error::{ChildError, Kind};
use super::slots::Outcome;
use super::state::Shared;
use crate::info::{Identity, TaskId};
use crate::task::{CancelReason, asked_here, running};
use crate::waits::{About, Mark, Site};

/// The handle of a child: what [`TaskGroup::spawn`](crate::TaskGroup::spawn) and its kin return.
///
/// The group owns the child, and the handle only looks: dropped, awaited or not, it leaves the child alone. Whoever
/// has no use for it need not keep it.
///
/// Awaited, by value or by reference, also after the group has ended, it gives the value of a child that gives
/// `Result<T, E>`, or `()`. There is none if the child failed, was cancelled, or was not taken in: see
/// [`ChildError`].
///
/// # Cancel safety
///
/// Awaiting by reference loses nothing when it is dropped. Awaiting by value loses the child's value.
///
/// # Panics
///
/// Awaiting a child panics in that child itself, and once its end has been taken through a reference.
///
/// # Examples
///
/// ```
/// use taipan::{TaskGroup, task_group};
///
/// async fn length(text: &'static str) -> taipan::Result<usize> {
///     Ok(text.len())
/// }
///
/// taipan::run(async {
///     let lengths = task_group(async |tg: &TaskGroup| {
///         let (one, two) = (tg.spawn(length("one")), tg.spawn(length("three")));
///         let idle = tg.spawn(std::future::pending::<()>());
///         let sum = one.await.unwrap() + two.await.unwrap();
///         assert!(idle.cancel()); // one child only
///         sum
///     });
///     assert_eq!(lengths.await.unwrap(), 8);
/// });
/// ```
#[doc(alias = "TaskHandle")]
pub struct Child<T> {
    shared: Arc<Shared>,
    /// `None`: the group did not take it in.
    key: Option<usize>,
    identity: Identity,
    value: PhantomData<fn() -> T>,
}

impl<T> Child<T> {
    /// The handle of a child that has its slot, or of one that was refused.
    pub(super) fn new(shared: &Arc<Shared>, key: Option<usize>, identity: Identity) -> Self {
        Child { shared: Arc::clone(shared), key, identity, value: PhantomData }
    }

    /// Returns the number of the child's task.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.identity.id
    }

    /// Returns the child's name: the one it was given, else `task-N` with its number.
    #[must_use]
    pub fn name(&self) -> String {
        self.identity.name()
    }

    /// Asks the child to end, and returns at once; that is no failure of the group.
    ///
    /// The child stops at its current `.await` and never resumes; its async exits run, and then it ends: await it
    /// to know. A child that still waits for a place never starts. `false`: it had ended already.
    #[expect(clippy::must_use_candidate, reason = "it acts; the answer is news for few")]
    #[track_caller]
    pub fn cancel(&self) -> bool {
        self.request(asked_here(None))
    }

    /// As [`cancel`](Self::cancel), and says why: the reason stands in the [`ChildError`].
    #[track_caller]
    pub fn cancel_with(&self, reason: impl Into<Cow<'static, str>>) -> bool {
        self.request(asked_here(Some(reason.into())))
    }

    /// What is told of somebody who waits for its end.
    pub(super) fn about(&self) -> About {
        About::tasks([&self.identity])
    }

    pub(super) fn request(&self, reason: CancelReason) -> bool {
        self.key.is_some_and(|key| {
            self.shared.change(|state, after| state.cancel_child(key, reason, after))
        })
    }

    /// Returns whether the child has ended, its exits included.
    #[doc(alias = "done")]
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.key.is_none_or(|key| self.shared.lock().has_ended(key))
    }

    #[track_caller]
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, ChildError>>
    where
        T: 'static,
    {
        let kind = match self.key {
            None => Kind::Refused,
            Some(key) => {
                assert!(
                    running(|task| task.identity.id) != Some(self.id()),
                    "child `{}` awaits itself, and would wait for ever",
                    self.name(),
                );
                let outcome = self.shared.change(|state, after| state.poll_outcome(key, cx, after));
                match ready!(outcome) {
                    Outcome::Done(value) => match value.and_then(|value| value.downcast().ok()) {
                        Some(value) => return Poll::Ready(Ok(*value)),
                        None => unreachable!("a child keeps its value while its handle is alive"),
                    },
                    Outcome::Failed => Kind::Failed,
                    Outcome::Panicked => Kind::Panicked,
                    Outcome::Cancelled(reason) => Kind::Cancelled(reason),
                    Outcome::Taken => {
                        panic!("the end of child `{}` has been taken already", self.name())
                    }
                }
            }
        };
        Poll::Ready(Err(ChildError::new(self.identity.clone(), kind)))
    }
}

impl<T> Drop for Child<T> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let left = self.shared.lock().let_go(key);
            drop(left);
        }
    }
}

impl<T> fmt::Debug for Child<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child")
            .field("name", &self.name())
            .field("finished", &self.is_finished())
            .field("location", &format_args!("{}", self.identity.location))
            .finish_non_exhaustive()
    }
}

impl<T: 'static> IntoFuture for Child<T> {
    type Output = Result<T, ChildError>;
    type IntoFuture = JoinedChild<T>;

    #[cfg_attr(debug_assertions, track_caller)]
    fn into_future(self) -> JoinedChild<T> {
        JoinedChild { child: self, mark: Mark::new(Site::here("child.await")) }
    }
}

impl<'a, T: 'static> IntoFuture for &'a mut Child<T> {
    type Output = Result<T, ChildError>;
    type IntoFuture = WatchedChild<'a, T>;

    #[cfg_attr(debug_assertions, track_caller)]
    fn into_future(self) -> WatchedChild<'a, T> {
        WatchedChild { child: self, mark: Mark::new(Site::here("child.await")) }
    }
}

/// Future of a [`Child`] awaited by value.
#[must_use = "this does nothing until it is awaited: add `.await`"]
pub struct JoinedChild<T> {
    child: Child<T>,
    mark: Mark,
}

impl<T: 'static> Future for JoinedChild<T> {
    type Output = Result<T, ChildError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let JoinedChild { child, mark } = &mut *self;
        let polled = child.poll_end(cx);
        mark.note(&polled, || child.about());
        polled
    }
}

impl<T> fmt::Debug for JoinedChild<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinedChild").field("child", &self.child).finish()
    }
}

/// Future of a [`Child`] awaited by reference.
#[must_use = "this does nothing until it is awaited: add `.await`"]
pub struct WatchedChild<'a, T> {
    child: &'a mut Child<T>,
    mark: Mark,
}

impl<T: 'static> Future for WatchedChild<'_, T> {
    type Output = Result<T, ChildError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let WatchedChild { child, mark } = &mut *self;
        let polled = child.poll_end(cx);
        mark.note(&polled, || child.about());
        polled
    }
}

impl<T> fmt::Debug for WatchedChild<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchedChild").field("child", &self.child).finish()
    }
}
