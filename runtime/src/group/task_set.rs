//! `TaskSet`: tasks that give their values as they end.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use futures_core::Stream;
use slab::Slab;

use super::end_queue::{EndQueue, Waiter};
use crate::combine::gather;
use crate::current::Host;
use crate::scope::defer;
use crate::task::{CancelReason, Ended, Task, TaskError, asked_here, caused_here, spawn};
use crate::waits::{About, Site, waiting};

/// A set of tasks of one type, whose results are taken one by one, in the order in which the tasks end.
///
/// Everything is done through `&self`: a set grows while it is awaited, be it by the loop that takes the results, or
/// by somebody else who has a reference. A result waits in the set until it is taken; then the task is forgotten.
///
/// A set owns its tasks: dropped, it cancels them, and the enclosing scope waits for their ends. What fails together
/// and gives no values is a [`TaskGroup`](crate::TaskGroup); futures that are known from the beginning are for
/// [`gather`](crate::gather()) and [`as_completed`](crate::as_completed()).
///
/// # Examples
///
/// ```
/// use taipan::{TaskSet, spawn_local};
///
/// /// The pages that a page links to.
/// async fn fetch(page: u32) -> Vec<u32> {
///     [2 * page, 2 * page + 1].into_iter().filter(|&page| page < 20).collect()
/// }
///
/// taipan::run(async {
///     let set = TaskSet::new();
///     set.spawn(fetch(1));
///     let mut pages = 0;
///     while let Some(links) = set.join_next().await {
///         pages += 1;
///         for link in links.unwrap() {
///             set.spawn(fetch(link));
///         }
///     }
///     assert_eq!(pages, 19);
///
///     // Tasks that were spawned otherwise: with a name, or on this thread only.
///     set.add(taipan::Task::builder().name("home").spawn(fetch(1)));
///     set.add(spawn_local(fetch(1)));
///     assert_eq!(set.len(), 2);
/// });
/// ```
#[doc(alias = "JoinSet")]
pub struct TaskSet<T> {
    /// `None`: it is being added.
    tasks: Mutex<Slab<Option<Task<T>>>>,
    queue: Arc<EndQueue>,
    /// Where the stream waits.
    waiter: Option<usize>,
}

impl<T> TaskSet<T> {
    /// Returns an empty set.
    #[must_use]
    pub fn new() -> Self {
        TaskSet {
            tasks: Mutex::new(Slab::new()),
            queue: Arc::new(EndQueue::default()),
            waiter: None,
        }
    }

    fn tasks(&self) -> MutexGuard<'_, Slab<Option<Task<T>>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts `future` as a task of the set: see [`spawn`](crate::spawn).
    ///
    /// # Panics
    ///
    /// Panics outside a runtime.
    #[track_caller]
    pub fn spawn<F>(&self, future: F)
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        self.add(spawn(future));
    }

    /// Takes a task in that was spawned elsewhere: the set owns it from now on.
    ///
    /// # Panics
    ///
    /// Panics if a task adds itself.
    #[track_caller]
    pub fn add(&self, mut task: Task<T>) {
        assert!(
            !task.is_own(),
            "task `{}` adds itself, and would wait for its own end",
            task.name()
        );
        let key = self.tasks().insert(None);
        let waker = self.queue.waker(key);
        // Outside the lock: it may wake.
        let ended = task.poll_watch(&mut Context::from_waker(&waker)).is_ready();
        let ended = self.tasks()[key].insert(task).is_finished() || ended;
        // If it ended before it stood there, nobody could find it.
        if ended {
            self.queue.push(key);
        }
    }

    /// Returns how many tasks there are: those that run, and those whose result has not been taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks().len()
    }

    /// Returns whether there is no task.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks().is_empty()
    }

    /// Waits for the next task to end, and gives its result; `None`: there is no task in the set.
    ///
    /// After `None` the set may grow again. If several wait, each result goes to one of them.
    ///
    /// # Errors
    ///
    /// A [`TaskError`] if the task was cancelled or has panicked.
    ///
    /// # Cancel safety
    ///
    /// It loses nothing when it is dropped.
    ///
    /// # Fairness
    ///
    /// Results come in the order in which the tasks end.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn join_next(&self) -> impl Future<Output = Option<Result<T, TaskError>>> {
        let site = Site::here("TaskSet::join_next");
        async move {
            let mut waiter = Waiter::new(&self.queue);
            waiting(site, || self.about(), |cx| self.poll_join(&mut waiter.place, cx)).await
        }
    }

    /// What is told of somebody who waits for the next end.
    fn about(&self) -> About {
        About::tasks(
            self.tasks().iter().filter_map(|(_, task)| Some(&task.as_ref()?.control().identity)),
        )
    }

    fn poll_join(
        &self,
        waiter: &mut Option<usize>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<T, TaskError>>> {
        let next = ready!(self.poll_next_ended(waiter, cx));
        Poll::Ready(next.map(|(task, ended)| task.result(ended)))
    }

    fn poll_next_ended(
        &self,
        waiter: &mut Option<usize>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<(Task<T>, Ended<T>)>> {
        let (mut task, last) = loop {
            let mut tasks = self.tasks();
            if tasks.is_empty() {
                return Poll::Ready(None);
            }
            let Some(key) = self.queue.poll_pop(waiter, cx) else { return Poll::Pending };
            let there = tasks.get(key).and_then(Option::as_ref);
            if there.is_some_and(Task::is_finished)
                && let Some(task) = tasks.remove(key)
            {
                break (task, tasks.is_empty());
            }
        };
        if last {
            // The others wait for nothing.
            self.queue.wake_all();
        }
        let ended = match task.poll_ended(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ended) => ended,
            // Its thread's executor has ended before it, and is dropping it.
            Poll::Pending => Ended::Cancelled,
        };
        Poll::Ready(Some((task, ended)))
    }

    /// Asks all tasks to end, and returns at once.
    ///
    /// They stay in the set: [`join_next`](Self::join_next) gives their ends, exits included.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::TaskSet;
    ///
    /// taipan::run(async {
    ///     let set = TaskSet::new();
    ///     set.spawn(std::future::pending::<()>());
    ///     set.cancel_all();
    ///     assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// });
    /// ```
    #[doc(alias = "abort_all")]
    #[track_caller]
    pub fn cancel_all(&self) {
        self.request(&asked_here(None));
    }

    fn request(&self, reason: &CancelReason) {
        let wakers: Vec<_> = self
            .tasks()
            .iter()
            .filter_map(|(_, task)| task.as_ref()?.control().request(reason.clone()).1)
            .collect();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Cancels all tasks and waits for their ends; values that were not taken are lost.
    ///
    /// A panic that was not taken is reported to the error hook.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, the tasks are cancelled all the same, and the enclosing scope waits for them.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::TaskSet;
    ///
    /// taipan::run(async {
    ///     let set = TaskSet::new();
    ///     set.spawn(std::future::pending::<()>());
    ///     set.shutdown().await;
    ///     assert_eq!(taipan::tasks().len(), 1); // main
    /// });
    /// ```
    #[track_caller]
    #[must_use = "`shutdown` does not wait until it is awaited: add `.await`"]
    pub fn shutdown(self) -> impl Future<Output = ()> + use<T> {
        let (reason, site) = (asked_here(None), Site::here("TaskSet::shutdown"));
        async move {
            self.request(&reason);
            let mut waiter = Waiter::new(&self.queue);
            let mut poll = |cx: &mut Context<'_>| self.poll_next_ended(&mut waiter.place, cx);
            while waiting(site, || self.about(), &mut poll).await.is_some() {}
        }
    }
}

impl<T> Default for TaskSet<T> {
    fn default() -> Self {
        TaskSet::new()
    }
}

/// Gives the results as [`join_next`](TaskSet::join_next) does.
impl<T> Stream for TaskSet<T> {
    type Item = Result<T, TaskError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut waiter = self.waiter;
        let next = self.poll_join(&mut waiter, cx);
        self.waiter = waiter;
        next
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), None)
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        let reason = caused_here("its task set was dropped");
        // All of them before the first value is dropped, should that panic.
        self.request(&reason);
        let tasks = std::mem::take(&mut *self.tasks());
        let mut host = None;
        let mut ends = Vec::new();
        for (_, task) in tasks {
            let Some(task) = task.filter(|task| !task.is_finished()) else { continue };
            host = Some(Arc::clone(&task.control().core) as Arc<dyn Host>);
            ends.extend(task.abandon(reason.clone()));
        }
        if !ends.is_empty() {
            // One cleanup for all of them, which polls only those that were woken.
            defer(host.as_ref(), async move { drop(gather(ends).await) });
        }
    }
}

impl<T> fmt::Debug for TaskSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskSet").field("len", &self.len()).finish_non_exhaustive()
    }
}
