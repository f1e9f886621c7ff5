//! The ways to run a body.

use super::error::GroupError;
use super::handle::TaskGroup;
use super::owner::Owner;
use crate::error::BoxError;

/// Runs `body` with a group of tasks, and ends when the body and all the tasks have.
///
/// The value is the body's. The first child that fails cancels the others and the body. A body that can fail
/// itself is for [`try_task_group`]; a group with a limit, or one that outlives failures, is made by
/// [`TaskGroup::new`] and [run](TaskGroup::run).
///
/// # Errors
///
/// All errors, once everybody has ended; and a [`GroupError`] without one if
/// [`TaskGroup::cancel`] ended the body early.
///
/// # Panics
///
/// Panics outside a runtime. Resumes the first panic of the body or of a child once everybody has ended.
///
/// # Cancel safety
///
/// Dropped before its first poll, the body never runs. Dropped later, it stops the body and cancels all
/// children; the enclosing scope waits for their ends. Errors that came before are reported to the error hook.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use taipan::{TaskGroup, task_group};
///
/// static SUM: AtomicU32 = AtomicU32::new(0);
///
/// async fn add(number: &'static str) -> taipan::Result {
///     SUM.fetch_add(number.parse()?, Ordering::Relaxed);
///     Ok(())
/// }
///
/// taipan::run(async {
///     task_group(async |tg: &TaskGroup| {
///         tg.spawn(add("1"));
///         tg.spawn(add("2"));
///     })
///     .await
///     .unwrap();
///     assert_eq!(SUM.load(Ordering::Relaxed), 3); // both have ended
///
///     let failed = task_group(async |tg| tg.spawn(add("nine"))).await;
///     assert!(failed.unwrap_err().find::<std::num::ParseIntError>().is_some());
/// });
/// ```
#[doc(alias = "nursery")]
#[doc(alias = "create_task_group")]
#[doc(alias = "open_nursery")]
pub async fn task_group<B, T>(body: B) -> Result<T, GroupError>
where
    B: AsyncFnOnce(&TaskGroup) -> T,
{
    TaskGroup::new().run(body).await
}

/// As [`task_group`], for a body that can fail: its `Err` cancels the children and is one of the group's errors.
///
/// # Errors
///
/// All errors, once everybody has ended: see [`task_group`].
///
/// # Panics
///
/// As [`task_group`].
///
/// # Cancel safety
///
/// As that of [`task_group`].
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let failed = taipan::try_task_group(async |tg| {
///         tg.spawn(std::future::pending::<()>()); // cancelled when the body fails
///         "nine".parse::<u32>()
///     });
///     assert!(failed.await.unwrap_err().find::<std::num::ParseIntError>().is_some());
/// });
/// ```
pub async fn try_task_group<B, T, E>(body: B) -> Result<T, GroupError>
where
    B: AsyncFnOnce(&TaskGroup) -> Result<T, E>,
    E: Into<BoxError>,
{
    TaskGroup::new().try_run(body).await
}

impl TaskGroup {
    /// Runs `body` with the group: [`task_group`](crate::task_group()) for a group that was configured.
    ///
    /// # Errors
    ///
    /// All errors, once everybody has ended: see [`task_group`](crate::task_group()).
    ///
    /// # Panics
    ///
    /// Panics if the group, this one or a clone, has been run before; and as [`task_group`](crate::task_group()).
    ///
    /// # Cancel safety
    ///
    /// As that of [`task_group`](crate::task_group()).
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::TaskGroup;
    ///
    /// taipan::run(async {
    ///     let children = TaskGroup::new().limit(8).run(async |tg| {
    ///         for number in 0..100 {
    ///             tg.spawn(async move { assert!(number < 100) }); // never more than 8 at once
    ///         }
    ///         100
    ///     });
    ///     assert_eq!(children.await.unwrap(), 100);
    /// });
    /// ```
    pub async fn run<B, T>(self, body: B) -> Result<T, GroupError>
    where
        B: AsyncFnOnce(&TaskGroup) -> T,
    {
        self.own().drive(async { Ok(body(&self).await) }).await
    }

    /// Begins the group, for whoever runs a body with it.
    pub(crate) fn own(&self) -> Owner {
        Owner::enter(&self.shared)
    }

    /// As [`run`](Self::run), for a body that can fail: [`try_task_group`](crate::try_task_group()) for a group that was
    /// configured.
    ///
    /// # Errors
    ///
    /// All errors, once everybody has ended: see [`task_group`](crate::task_group()).
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run).
    ///
    /// # Cancel safety
    ///
    /// As that of [`task_group`](crate::task_group()).
    pub async fn try_run<B, T, E>(self, body: B) -> Result<T, GroupError>
    where
        B: AsyncFnOnce(&TaskGroup) -> Result<T, E>,
        E: Into<BoxError>,
    {
        self.own().drive(async { body(&self).await.map_err(Into::into) }).await
    }
}
