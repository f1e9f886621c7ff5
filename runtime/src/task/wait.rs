//! Waiting for several tasks, without owning them.
//!
//! A task that is found to have ended keeps its result in its handle, where whoever awaits it later finds it. So
//! the condition can look at results, and a wait that is dropped half-way loses none.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::ended::Ended;
use super::join::Task;
use crate::waits::{About, Mark, Site, with_own};
use crate::wakeset::{WIDE, WakeSet};
use sealed::{End, Judge, Verdict};

/// Waits for the first, the first failed, or all of the tasks, and gives those that have ended.
///
/// It takes the ended ones out of `tasks`, in the order in which they stand there: all that have ended by then, not
/// only the one that ended the wait. The pending ones stay. An empty list ends the wait at once.
///
/// It only watches: nobody is cancelled, not by a failure either, and no result is lost. To cancel the rest, drop
/// what awaits them, or await a [`gather`](crate::gather()), [`race`](crate::race()) or
/// [`task_group`](crate::task_group()), which own their tasks. To take many tasks one by one, as they end,
/// [`TaskSet`](crate::TaskSet) and [`as_completed`](crate::as_completed()) are faster: each call of `wait` looks at
/// all of them.
///
/// # Panics
///
/// Panics if a task waits for itself.
///
/// # Cancel safety
///
/// Dropped before its end, it leaves all tasks in `tasks`, also those that have ended; so a limit of time is written
/// around it.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use taipan::sync::Event;
/// use taipan::task::{FirstCompleted, FirstFailed};
/// use taipan::{spawn, timeout, wait};
///
/// async fn ping(host: u64, unplugged: Arc<Event>) -> Result<u64, &'static str> {
///     match host {
///         1 => Ok(host),
///         2 => {
///             unplugged.wait().await;
///             Err("no route")
///         }
///         _ => std::future::pending().await,
///     }
/// }
///
/// taipan::run(async {
///     let unplugged = Arc::new(Event::new());
///     let ping = |host| spawn(ping(host, Arc::clone(&unplugged)));
///     let mut tasks: Vec<_> = [1, 2, 900].map(ping).into();
///     let done = wait(&mut tasks, FirstCompleted).await;
///     assert_eq!((done.len(), tasks.len()), (1, 2));
///
///     unplugged.set();
///     let done = wait(&mut tasks, FirstFailed).await;
///     assert_eq!((done.len(), tasks.len()), (1, 1)); // host 900 is waited for by nobody
///
///     // With a limit of time: who has ended by then?
///     let late = timeout(Duration::from_millis(1), wait(&mut tasks, FirstFailed)).await;
///     let done: Vec<_> = tasks.extract_if(.., |task| task.is_finished()).collect();
///     assert!(late.is_err() && done.is_empty());
///     for task in tasks {
///         task.stop().await;
///     }
/// });
/// ```
#[doc(alias = "return_when")]
#[doc(alias = "select_all")]
#[cfg_attr(debug_assertions, track_caller)]
pub fn wait<T, W: When<T>>(tasks: &mut Vec<Task<T>>, when: W) -> Wait<'_, T> {
    let wakes = (tasks.len() >= WIDE).then(|| WakeSet::new(tasks.len()));
    let (ended, left) = (vec![false; tasks.len()], tasks.len());
    let mark = Mark::new(Site::here("wait"));
    Wait { tasks, ends: when.judge(), ended, left, wakes, begun: false, mark }
}

/// A condition of [`wait`] for tasks that give `T`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no condition to wait for tasks that give `{T}`",
    label = "not for these tasks",
    note = "`FirstFailed` is for tasks that give a `Result`",
    note = "`FirstCompleted`, `FirstPanicked` and `AllCompleted` are for all tasks"
)]
pub trait When<T>: Judge<T> {}

#[diagnostic::do_not_recommend]
impl<T, W: Judge<T>> When<T> for W {}

/// Ends a [`wait`] when the first task has ended, in whichever way.
#[doc(alias = "FIRST_COMPLETED")]
#[derive(Clone, Copy, Debug)]
pub struct FirstCompleted;

/// Ends a [`wait`] when the first task has given an `Err` or has panicked, or all have ended.
///
/// A task that was cancelled has not failed. What gives no `Result` fails by a panic: see [`FirstPanicked`].
#[doc(alias = "FIRST_EXCEPTION")]
#[derive(Clone, Copy, Debug)]
pub struct FirstFailed;

/// Ends a [`wait`] when the first task has panicked, or all have ended.
#[doc(alias = "FIRST_EXCEPTION")]
#[derive(Clone, Copy, Debug)]
pub struct FirstPanicked;

/// Ends a [`wait`] when all tasks have ended.
#[doc(alias = "ALL_COMPLETED")]
#[derive(Clone, Copy, Debug)]
pub struct AllCompleted;

/// Future of [`wait`].
#[must_use = "this does nothing until it is awaited: add `.await`"]
pub struct Wait<'a, T> {
    tasks: &'a mut Vec<Task<T>>,
    /// Whether this end is the last one to wait for.
    ends: Verdict<T>,
    /// Whether the task at this index was found to have ended.
    ended: Vec<bool>,
    /// How many were not.
    left: usize,
    /// Of a wide list: only the woken ones are looked at.
    wakes: Option<WakeSet>,
    begun: bool,
    mark: Mark,
}

impl<T> Future for Wait<'_, T> {
    type Output = Vec<Task<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(self.ended.len() == self.tasks.len(), "`wait` was polled after its end");
        if !self.tasks.is_empty() && !self.is_over(cx) {
            let Wait { tasks, mark, .. } = &mut *self;
            mark.wait(|| About::tasks(tasks.iter().map(|task| &task.control().identity)));
            return Poll::Pending;
        }
        self.mark.clear();
        Poll::Ready(self.tasks.extract_if(.., |task| task.is_finished()).collect())
    }
}

impl<T> Wait<'_, T> {
    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        let Wait { tasks, ends, ended, left, wakes, begun, .. } = self;
        let wakes = wakes.as_ref();
        // From here on a task that ends wakes us, also in the middle of this round.
        // Its children are tasks: nothing foreign keeps their wakers.
        let woken = with_own(cx, |cx| wakes.map(|wakes| wakes.begin(cx.waker())));
        let first = !std::mem::replace(begun, true);
        let mut all = 0..tasks.len();
        // Looks whether a task has ended, and whether the wait has with it.
        let mut look = |task: &mut Task<T>, index: usize| {
            if ended[index] {
                return false;
            }
            let watched = match wakes {
                Some(wakes) => task.poll_watch(&mut Context::from_waker(&wakes.waker(index))),
                None => task.poll_watch(cx),
            };
            let Poll::Ready(end) = watched else { return false };
            let end = match end {
                Some(Ended::Value(value)) => End::Value(value),
                Some(Ended::Panicked(_)) => End::Panicked,
                Some(Ended::Cancelled | Ended::Settled) | None => End::Unknown,
            };
            ended[index] = true;
            *left -= 1;
            ends(&end) || *left == 0
        };
        // At first those that have ended: they may save us from watching the others.
        let mut before = all.clone().filter(|_| first);
        before.any(|index| tasks[index].is_finished() && look(&mut tasks[index], index))
            || match woken {
                Some(mut woken) if !first => woken.any(|index| look(&mut tasks[index], index)),
                _ => all.any(|index| look(&mut tasks[index], index)),
            }
    }
}

impl<T> fmt::Debug for Wait<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("left", &self.left).finish_non_exhaustive()
    }
}

mod sealed {
    /// How a task ended, as a condition sees it.
    #[derive(Debug)]
    pub enum End<'a, T> {
        Value(&'a T),
        Panicked,
        /// It was cancelled, or its result had been taken before.
        Unknown,
    }

    /// Says whether an end is the last one to wait for.
    pub(super) type Verdict<T> = fn(&End<'_, T>) -> bool;

    pub trait Judge<T> {
        fn judge(self) -> Verdict<T>;
    }
}

impl<T> Judge<T> for FirstCompleted {
    fn judge(self) -> Verdict<T> {
        |_| true
    }
}

impl<T, E> Judge<Result<T, E>> for FirstFailed {
    fn judge(self) -> Verdict<Result<T, E>> {
        |end| matches!(end, End::Panicked | End::Value(Err(_)))
    }
}

impl<T> Judge<T> for FirstPanicked {
    fn judge(self) -> Verdict<T> {
        |end| matches!(end, End::Panicked)
    }
}

impl<T> Judge<T> for AllCompleted {
    fn judge(self) -> Verdict<T> {
        |_| false
    }
}
