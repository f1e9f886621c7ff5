//! `TaskGroup`: the handle of a group, and the ways to take a child in.

use std::fmt;
use std::sync::Arc;

use super::child::Child;
use super::closed::Closed;
use super::output::ChildOutput;
use super::place::{Place, place};
use super::queue::Newcomer;
use super::seat;
use super::start::{Ready, StartError, start};
use super::state::{Phase, Shared};
use crate::info::{Identity, TaskKind};
use crate::task::{Task, TaskBuilder};
use crate::waits::Site;

/// What the handle of a child gives.
type Value<F> = <<F as Future>::Output as ChildOutput>::Value;

/// A group of tasks: the body of [`task_group`](crate::task_group()) spawns its children through it.
///
/// It is not generic, and a clone is the same group: helpers take it as `tg: &TaskGroup`, and children take a
/// clone to spawn siblings. A clone does not hold the group open.
///
/// Children give `()` or a `Result`; the value of an `Ok` is had through the child's [handle](super::Child). See
/// [the module](crate::group#what-holds) for the rules.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use taipan::{TaskGroup, task_group};
///
/// static VISITED: AtomicU32 = AtomicU32::new(0);
///
/// // A recursive `async fn` that is spawned says itself that it is `Send`.
/// fn visit(tg: TaskGroup, depth: u32) -> impl Future<Output = ()> + Send {
///     async move {
///         VISITED.fetch_add(1, Ordering::Relaxed);
///         if depth > 0 {
///             tg.spawn(visit(tg.clone(), depth - 1));
///             tg.spawn(visit(tg.clone(), depth - 1));
///         }
///     }
/// }
///
/// taipan::run(async {
///     task_group(async |tg: &TaskGroup| tg.spawn(visit(tg.clone(), 3))).await.unwrap();
///     assert_eq!(VISITED.load(Ordering::Relaxed), 15);
/// });
/// ```
#[doc(alias = "Nursery")]
#[derive(Clone)]
pub struct TaskGroup {
    pub(super) shared: Arc<Shared>,
}

impl TaskGroup {
    /// Starts `future` as a task of the group; in a group that is full, as soon as a place is free.
    ///
    /// The handle gives the child's value and can cancel it; it may be dropped, since the group owns the child.
    ///
    /// In a group that is ending already, the child is refused before it starts: the future is dropped,
    /// as it would be had it come a moment earlier. From outside the group, where that matters, there is
    /// [`try_spawn`](Self::try_spawn). For a name: [`TaskBuilder::spawn_in`].
    ///
    /// # Panics
    ///
    /// Panics in a group that has not begun or has ended. Neither can be where the body or a child spawns.
    ///
    /// # Fairness
    ///
    /// Places go to those who wait in the order in which they came.
    #[doc(alias = "create_task")]
    #[doc(alias = "start_soon")]
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> Child<Value<F>>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        self.spawn_as(Task::builder().identity(TaskKind::Task), future)
    }

    #[track_caller]
    fn spawn_as<F>(&self, identity: Identity, future: F) -> Child<Value<F>>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        match self.enlist(identity.clone(), future) {
            Ok(child) => child,
            Err(_) => self.refuse(identity),
        }
    }

    /// The handle of a child that was not taken in, in a group that is ending.
    #[track_caller]
    fn refuse<T>(&self, identity: Identity) -> Child<T> {
        let ending = matches!(self.shared.lock().phase, Phase::Closing(_));
        assert!(
            ending,
            "the task group has not begun or has ended: spawn inside its body or its children, or use `try_spawn`"
        );
        Child::new(&self.shared, None, identity)
    }

    /// As [`spawn`](Self::spawn), from outside the group.
    ///
    /// # Errors
    ///
    /// Gives the future back if the group has not begun, is ending, or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{TaskGroup, task_group};
    ///
    /// taipan::run(async {
    ///     let outside = task_group(async |tg: &TaskGroup| tg.clone()).await.unwrap();
    ///     assert!(outside.try_spawn(async {}).is_err()); // it has ended
    /// });
    /// ```
    #[track_caller]
    pub fn try_spawn<F>(&self, future: F) -> Result<Child<Value<F>>, Closed<F>>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        self.enlist(Task::builder().identity(TaskKind::Task), future)
    }

    fn enlist<F>(&self, identity: Identity, future: F) -> Result<Child<Value<F>>, Closed<F>>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        let mut future = Some(future);
        let seat = {
            let mut state = self.shared.lock();
            if !state.is_open() {
                None
            } else if state.take_place() {
                Some(state.seat())
            } else {
                future.take().map(|future| state.enqueue(Newcomer::new(identity.clone(), future)))
            }
        };
        match (seat, future) {
            (Some(key), Some(future)) => Ok(self.start_now(key, identity, future)),
            (None, Some(future)) => Err(Closed::new(future)),
            (key, None) => Ok(Child::new(&self.shared, key, identity)),
        }
    }

    /// Spawns a child that has its slot.
    fn start_now<F>(&self, key: usize, identity: Identity, future: F) -> Child<Value<F>>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        let child = Child::new(&self.shared, Some(key), identity.clone());
        seat::spawn(&self.shared, key, identity, future, None);
        child
    }

    /// Waits for a free place, and starts `future` as a task of the group.
    ///
    /// This is how a producer is slowed down to its children's pace. A child should not wait for a place in its own
    /// group: it holds one itself, and if all do, none ever gets free. It may always [`spawn`](Self::spawn).
    ///
    /// # Errors
    ///
    /// Gives the future back if the group has not begun, is ending, or has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropped while it waits, it starts nothing and loses its place in the queue.
    ///
    /// # Fairness
    ///
    /// As that of [`spawn`](Self::spawn).
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::TaskGroup;
    ///
    /// taipan::run(async {
    ///     let group = TaskGroup::new().limit(2).try_run(async |tg| {
    ///         for _ in 0..10 {
    ///             tg.spawn_when_free(taipan::yield_now()).await?;
    ///         }
    ///         Ok::<_, taipan::BoxError>(())
    ///     });
    ///     group.await.unwrap();
    /// });
    /// ```
    #[track_caller]
    #[must_use = "nothing is spawned until this is awaited: add `.await`"]
    pub fn spawn_when_free<F>(
        &self,
        future: F,
    ) -> impl Future<Output = Result<Child<Value<F>>, Closed<F>>> + use<'_, F>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        let identity = Task::builder().identity(TaskKind::Task);
        let site = Site::here("TaskGroup::spawn_when_free");
        async move {
            match place(&self.shared, site).await.and_then(Place::seat) {
                Some(key) => Ok(self.start_now(key, identity, future)),
                None => Err(Closed::new(future)),
            }
        }
    }

    /// Starts `future` as a task that ends with the group: it is cancelled when the body and all other children
    /// have ended.
    ///
    /// It takes no place of the limit. Its failure is a failure of the group.
    ///
    /// # Panics
    ///
    /// As [`spawn`](Self::spawn).
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::run(async {
    ///     taipan::task_group(async |tg| tg.background(std::future::pending::<()>())).await.unwrap();
    /// });
    /// ```
    #[doc(alias = "daemon")]
    #[track_caller]
    pub fn background<F>(&self, future: F) -> Child<Value<F>>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        let identity = Task::builder().identity(TaskKind::Task);
        let seat =
            self.shared.change(|state, _| state.is_open().then(|| state.seat_in_background()));
        match seat {
            Some(key) => self.start_now(key, identity, future),
            None => self.refuse(identity),
        }
    }

    /// Starts a child and waits until it says that it is ready; gives the value that it says it with.
    ///
    /// After that it is a child as any other. In a group that is full, it waits for a place first, as
    /// [`spawn_when_free`](Self::spawn_when_free) does.
    ///
    /// # Errors
    ///
    /// A [`StartError`] if the child ended before it was ready; its own error is inside, and is not the
    /// group's. Also if the group takes no children.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the child is ready, it cancels the child, and the enclosing scope waits for the child's
    /// end. The group goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::group::Ready;
    ///
    /// async fn serve(ready: Ready<u16>) {
    ///     let port = 8080; // bind first
    ///     ready.set(port);
    /// }
    ///
    /// taipan::run(async {
    ///     let group = taipan::try_task_group(async |tg| tg.start(serve).await);
    ///     assert_eq!(group.await.unwrap(), 8080);
    /// });
    /// ```
    #[doc(alias = "task_status")]
    #[track_caller]
    #[must_use = "nothing is started until this is awaited: add `.await`"]
    pub fn start<R, C, F>(
        &self,
        child: C,
    ) -> impl Future<Output = Result<R, StartError>> + use<'_, R, C, F>
    where
        R: Send + 'static,
        C: FnOnce(Ready<R>) -> F,
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        let site = Site::here("TaskGroup::start");
        start(&self.shared, Task::builder().identity(TaskKind::Task), child, site)
    }
}

impl fmt::Debug for TaskGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (phase, running) = self.shared.change(|state, _| {
            let phase = match state.phase {
                Phase::New => "new",
                Phase::Open => "open",
                Phase::Closing(_) => "closing",
                Phase::Ended => "ended",
            };
            (phase, state.alive)
        });
        f.debug_struct("TaskGroup")
            .field("phase", &format_args!("{phase}"))
            .field("running", &running)
            .finish_non_exhaustive()
    }
}

impl TaskBuilder {
    /// Starts the task as a child of `group`: see [`TaskGroup::spawn`].
    ///
    /// # Panics
    ///
    /// As [`TaskGroup::spawn`].
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{Task, TaskGroup, task_group};
    ///
    /// taipan::run(async {
    ///     let group = task_group(async |tg: &TaskGroup| {
    ///         Task::builder().name("fetch").spawn_in(tg, async {
    ///             assert_eq!(taipan::current().name(), "fetch");
    ///         });
    ///     });
    ///     group.await.unwrap();
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_in<F>(self, group: &TaskGroup, future: F) -> Child<Value<F>>
    where
        F: Future<Output: ChildOutput> + Send + 'static,
    {
        group.spawn_as(self.identity(TaskKind::Task), future)
    }
}
