//! What all tasks of one runtime share, and which runtime a thread works for.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::control::Control;
use super::local::Local;
use super::root;
use super::runnable::Runnable;
use super::share::Shares;
use super::spawn::spawn_on;
use crate::current::{self, Cleanup, Clock, Host};
use crate::info::{CancelReason, Identity, TaskInfo, TaskKind, TaskState};
use crate::poller::Poller;
use crate::registry::Registry;
use crate::report::Report;
use crate::sched::Queue;
use crate::time::{EnteredTimers, Timers};

/// Told of errors that nobody can receive.
pub(crate) type Hook = Arc<dyn Fn(&Report) + Send + Sync>;

pub(crate) struct Core {
    pub(crate) queue: Arc<Queue<Runnable>>,
    pub(crate) registry: Registry<Control>,
    /// How many blocking calls run, or wait for a thread: a virtual clock stands still for them.
    pub(crate) calls: AtomicUsize,
    /// Those on the system's clock: none where the clock is a test's.
    pub(crate) timers: Timers,
    /// Who waits for the sockets; `None`: `async-io` does.
    pub(crate) poller: Option<Arc<Poller>>,
    clock: Option<Arc<dyn Clock>>,
    grace: Option<Duration>,
    hook: Option<Hook>,
    /// Main has ended: the tasks are being cancelled.
    closing: AtomicBool,
    closed: AtomicBool,
}

impl Core {
    pub(crate) fn new(
        workers: usize,
        clock: Option<Arc<dyn Clock>>,
        grace: Option<Duration>,
        hook: Option<Hook>,
    ) -> Self {
        Core {
            queue: Arc::new(Queue::new(workers)),
            registry: Registry::new(workers),
            calls: AtomicUsize::new(0),
            timers: Timers::new(if clock.is_none() { workers } else { 0 }),
            // The loop of a test waits by `async-io` alone, which it can see into.
            poller: if clock.is_none() { Poller::new() } else { None },
            clock,
            grace,
            hook,
            closing: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    /// Whether main has ended: from outside nothing is taken in any more, or other threads could hold up
    /// the end for ever. What the exits of this runtime's own tasks spawn is.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    pub(crate) fn begin_closing(&self) {
        self.closing.store(true, Ordering::SeqCst);
    }

    /// Whether the run has ended: nothing can be started any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// How many foreign things may wake a task: things that keep its waker and are not the crate's own, such as I/O;
    /// and locks and permits that are held outside this runtime. `None`: that is known in debug builds only, where the
    /// clock is a test's.
    pub(crate) fn foreign(&self) -> Option<usize> {
        let mut foreign = Some(0);
        self.registry.for_each(|control| {
            foreign = foreign.zip(control.waits.foreign()).map(|(sum, more)| sum + more);
        });
        foreign
    }

    /// The live tasks, in the order of their creation.
    pub(crate) fn tasks(&self) -> Vec<TaskInfo> {
        let mut tasks = Vec::new();
        self.registry.for_each(|control| tasks.push(control.info()));
        // One that has ended stands in the list until its root is dropped, a moment later.
        tasks.retain(|task| task.state() != TaskState::Finished);
        tasks.sort_by_key(TaskInfo::id);
        tasks
    }
}

impl Host for Core {
    fn adopt(self: Arc<Self>, cleanup: Cleanup) -> Result<(), Cleanup> {
        if self.is_closed() {
            return Err(cleanup);
        }
        // It has no line of its own: it is told by the task that dropped it.
        let parent = self.running();
        let identity = Identity::new(
            TaskKind::Cleanup,
            cleanup.exiting().map(|exiting| Arc::new(exiting.name.into())),
            parent.as_ref().map(|parent| parent.id),
            parent.map_or_else(Location::caller, |parent| parent.location),
        );
        drop(spawn_on(self, identity, cleanup));
        Ok(())
    }

    fn report(&self, report: &Report) {
        match &self.hook {
            // Whoever caused the report goes on: a hook must not end a worker.
            Some(hook) => {
                if catch_unwind(AssertUnwindSafe(|| hook(report))).is_err() {
                    eprintln!("the error hook panicked when it was told: {report}");
                }
            }
            None => eprintln!("{report}"),
        }
    }

    fn clock(&self) -> Option<&Arc<dyn Clock>> {
        self.clock.as_ref()
    }

    fn grace(&self) -> Option<Duration> {
        self.grace
    }

    fn running(&self) -> Option<Identity> {
        root::running(|control| {
            std::ptr::eq(Arc::as_ptr(&control.core), self).then(|| control.identity.clone())
        })?
    }
}

thread_local! {
    static THREAD: RefCell<Option<Thread>> = const { RefCell::new(None) };
    /// The part of the list of live tasks for what this thread spawns. (Any will do on a foreign thread.)
    static PART: Cell<u16> = const { Cell::new(0) };
}

/// The part of the list of live tasks for what this thread spawns.
pub(super) fn part() -> u16 {
    PART.get()
}

/// What a worker's thread knows.
struct Thread {
    core: Arc<Core>,
    local: Local,
    shares: Shares,
}

/// Makes this thread work for `core` as that worker, and run its own tasks by `local`, until the guard is dropped.
pub(crate) fn enter(core: &Arc<Core>, worker: usize, local: Local) -> Entered {
    let thread = Thread { core: Arc::clone(core), local, shares: Shares::default() };
    let before = (THREAD.replace(Some(thread)), PART.replace(core.registry.assign()));
    let host = current::enter(Arc::clone(core) as Arc<dyn Host>);
    Entered { before, _host: host, _timers: core.timers.enter(Some(worker)) }
}

/// Restores what the thread worked for before.
pub(crate) struct Entered {
    before: (Option<Thread>, u16),
    _host: current::Entered,
    _timers: EnteredTimers,
}

impl Drop for Entered {
    fn drop(&mut self) {
        PART.set(self.before.1);
        let ours = THREAD.replace(self.before.0.take());
        drop(ours); // outside the borrow: it may hold the last tasks of this thread
    }
}

/// Whether this thread works for a runtime.
pub(crate) fn is_entered() -> bool {
    THREAD.with_borrow(Option::is_some)
}

/// The runtime that this thread works for.
pub(crate) fn core() -> Option<Arc<Core>> {
    THREAD.with_borrow_mut(|thread| {
        thread.as_mut().map(|Thread { core, shares, .. }| shares.take(core))
    })
}

/// Keeps a share for the next that this thread needs, if it works for that runtime.
pub(super) fn give_back(share: Arc<Core>) {
    let mut share = Some(share);
    // A thread that is ending keeps none.
    let _ = THREAD.try_with(|thread| {
        if let Ok(mut thread) = thread.try_borrow_mut()
            && let Some(Thread { core, shares, .. }) = &mut *thread
            && let Some(ours) = share.take_if(|share| Arc::ptr_eq(share, core))
        {
            shares.give_back(ours);
        }
    });
}

/// Who runs this thread's own tasks, with the runtime.
pub(crate) fn local() -> Option<(Arc<Core>, Local)> {
    THREAD.with_borrow(|thread| {
        thread.as_ref().map(|thread| (Arc::clone(&thread.core), thread.local.clone()))
    })
}

/// A request from the user's code, on the line of the caller.
#[track_caller]
pub(crate) fn asked_here(message: Option<Cow<'static, str>>) -> CancelReason {
    CancelReason::asked(message, current::running().map(|task| task.name()))
}

/// A request of the runtime's own, because of what became of the task that runs this code.
pub(crate) fn caused_here(message: &'static str) -> CancelReason {
    CancelReason::caused(message, current::running().as_ref())
}

/// Returns the task that runs this code, or `None` outside every task.
///
/// # Examples
///
/// ```
/// assert!(taipan::try_current().is_none());
/// taipan::run(async { assert_eq!(taipan::try_current().unwrap().name(), "main") });
/// ```
#[must_use]
pub fn try_current() -> Option<TaskInfo> {
    root::running(Control::info)
}

/// Returns the task that runs this code.
///
/// Main is a task as well, by the name `main`.
///
/// # Panics
///
/// Panics outside every task: there [`try_current`] gives `None`.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let parent = taipan::current().id();
///     let child = taipan::spawn(async { taipan::current() }).await.unwrap();
///     assert_eq!(child.parent(), Some(parent));
/// });
/// ```
#[doc(alias = "current_task")]
#[must_use]
#[track_caller]
pub fn current() -> TaskInfo {
    match try_current() {
        Some(task) => task,
        None => panic!(
            "no task runs here: call `current` inside `#[taipan::main]` or `taipan::run(..)`"
        ),
    }
}

/// Returns the live tasks of this thread's runtime, main among them, in the order of their creation.
///
/// A task that has ended is never among them.
///
/// # Panics
///
/// Panics outside a runtime.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let sleeper = taipan::Task::builder().name("sleeper").spawn(std::future::pending::<()>());
///     let names: Vec<_> = taipan::tasks().iter().map(|task| task.name()).collect();
///     assert_eq!(names, ["main", "sleeper"]);
///     sleeper.stop().await;
///     assert_eq!(taipan::tasks().len(), 1);
/// });
/// ```
#[doc(alias = "all_tasks")]
#[must_use]
#[track_caller]
pub fn tasks() -> Vec<TaskInfo> {
    match core() {
        Some(core) => core.tasks(),
        None => {
            panic!("no runtime here: call `tasks` inside `#[taipan::main]` or `taipan::run(..)`")
        }
    }
}
