//! The life of a group: it is made, run, and ended early.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::sync::Arc;

use super::error::GroupError;
use super::handle::TaskGroup;
use super::owner::Owner;
use super::state::{Phase, Shared};
use crate::error::BoxError;
use crate::task::asked_here;
use crate::waits::Site;

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
#[cfg_attr(debug_assertions, track_caller)]
pub fn task_group<B, T>(body: B) -> impl Future<Output = Result<T, GroupError>>
where
    B: AsyncFnOnce(&TaskGroup) -> T,
{
    TaskGroup::new().run_at(body, Site::here("task_group"))
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
#[cfg_attr(debug_assertions, track_caller)]
pub fn try_task_group<B, T, E>(body: B) -> impl Future<Output = Result<T, GroupError>>
where
    B: AsyncFnOnce(&TaskGroup) -> Result<T, E>,
    E: Into<BoxError>,
{
    TaskGroup::new().try_run_at(body, Site::here("try_task_group"))
}

impl TaskGroup {
    /// Returns a group that has not begun: [`run`](Self::run) begins it.
    #[must_use = "a group does nothing until it is run: `.run(async |tg| ..).await`"]
    #[expect(clippy::new_without_default, reason = "a group is made to be configured and run")]
    pub fn new() -> TaskGroup {
        TaskGroup { shared: Arc::new(Shared::new()) }
    }

    /// Lets at most `limit` children run at once; background ones do not count.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is 0.
    #[track_caller]
    #[must_use = "a group does nothing until it is run: `.run(async |tg| ..).await`"]
    pub fn limit(self, limit: usize) -> TaskGroup {
        let Some(limit) = NonZeroUsize::new(limit) else {
            panic!("a task group with a limit of 0 would never run a child")
        };
        self.shared.lock().limit = Some(limit);
        self
    }

    /// Lets the siblings and the body go on when a child fails or panics; the errors are given at the end.
    ///
    /// The body's own failure still cancels the children.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{TaskGroup, yield_now};
    ///
    /// taipan::run(async {
    ///     let failed = TaskGroup::new().supervisor().run(async |tg| {
    ///         tg.spawn(async { Err::<(), _>("refused") });
    ///         yield_now().await;
    ///         tg.spawn(async { Err::<(), _>("no route") });
    ///     });
    ///     assert_eq!(
    ///         failed.await.unwrap_err().to_string(),
    ///         "the task group failed with 2 errors: refused; no route",
    ///     );
    /// });
    /// ```
    #[doc(alias = "supervisorScope")]
    #[must_use = "a group does nothing until it is run: `.run(async |tg| ..).await`"]
    pub fn supervisor(self) -> TaskGroup {
        self.shared.lock().supervisor = true;
        self
    }

    /// Ends the group early and quietly: cancels the body and all children.
    ///
    /// It returns at once; the group ends when everybody has. A body that had its value by then keeps it; else
    /// [`run`](Self::run) gives a [`GroupError`](super::GroupError) without an error, with this reason. A group that has not
    /// begun is cancelled when it begins. `false`: the group was ending already, or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{TaskGroup, task_group};
    ///
    /// taipan::run(async {
    ///     let found = task_group(async |tg: &TaskGroup| {
    ///         tg.spawn(std::future::pending::<()>());
    ///         tg.cancel("found it");
    ///         7
    ///     });
    ///     assert_eq!(found.await.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn cancel(&self, reason: impl Into<Cow<'static, str>>) -> bool {
        let reason = asked_here(Some(reason.into()));
        self.shared.change(|state, after| match state.phase {
            Phase::New => {
                let first = state.reason.is_none();
                state.reason.get_or_insert(reason);
                first
            }
            Phase::Open => {
                state.reason = Some(reason.clone());
                state.close(reason, after);
                true
            }
            Phase::Closing(_) | Phase::Ended => false,
        })
    }

    /// Returns how many children are alive: those that run, background ones included, not those that wait for a place.
    #[must_use]
    pub fn running(&self) -> usize {
        self.shared.lock().alive
    }

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
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn run<B, T>(self, body: B) -> impl Future<Output = Result<T, GroupError>>
    where
        B: AsyncFnOnce(&TaskGroup) -> T,
    {
        self.run_at(body, Site::here("TaskGroup::run"))
    }

    async fn run_at<B, T>(self, body: B, site: Site) -> Result<T, GroupError>
    where
        B: AsyncFnOnce(&TaskGroup) -> T,
    {
        self.own(site).drive(async { Ok(body(&self).await) }).await
    }

    /// Begins the group, for whoever runs a body with it.
    pub(crate) fn own(&self, site: Site) -> Owner {
        Owner::enter(&self.shared, site)
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
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_run<B, T, E>(self, body: B) -> impl Future<Output = Result<T, GroupError>>
    where
        B: AsyncFnOnce(&TaskGroup) -> Result<T, E>,
        E: Into<BoxError>,
    {
        self.try_run_at(body, Site::here("TaskGroup::try_run"))
    }

    async fn try_run_at<B, T, E>(self, body: B, site: Site) -> Result<T, GroupError>
    where
        B: AsyncFnOnce(&TaskGroup) -> Result<T, E>,
        E: Into<BoxError>,
    {
        self.own(site).drive(async { body(&self).await.map_err(Into::into) }).await
    }
}
