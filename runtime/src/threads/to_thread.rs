//! One blocking call on a thread of its own.
//!
//! # The protocol
//!
//! The call stands in the list of live tasks, under the line that asked for it, from its first
//! poll until it has returned: so it is seen, and `run` waits for it. Dropped meanwhile, the future
//! withdraws a call that has not started; one that runs cannot be stopped, so the enclosing scope waits
//! for it, unless the caller said `abandon_on_cancel`.
//!
//! The function lies in a slot. Who takes it decides: the thread starts the call, the drop
//! withdraws it. So a withdrawn call is over at once, even while all threads are busy for long.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use crate::current::{self, Host};
use crate::info::{Identity, TaskId, TaskKind};
use crate::local::Locals;
use crate::scope::defer;
use crate::task::{Control, Core, Registration, Unread, core, try_current};

/// Runs a blocking call on a thread of its own, so that it holds up no task; returns its value.
///
/// For what blocks the thread: files, C libraries, DNS, heavy computation. The call starts when the
/// future is first polled; threads are kept for the next calls for a while.
///
/// # Panics
///
/// A panic of the call is passed on to whoever awaits it. Polled outside a runtime it panics.
///
/// # Cancel safety
///
/// Dropped before the call has started, it withdraws it. A call that runs cannot be stopped: its value is
/// lost, and the enclosing scope waits for its end, unless
/// [`abandon_on_cancel`](ToThread::abandon_on_cancel) was said.
///
/// # Examples
///
/// ```
/// taipan::run(async {
///     let here = std::thread::current().id();
///     let there = taipan::to_thread(|| std::thread::current().id()).await;
///     assert_ne!(here, there);
/// });
/// ```
#[doc(alias = "run_in_executor")]
#[doc(alias = "run_sync")]
#[doc(alias = "spawn_blocking")]
#[track_caller]
pub fn to_thread<F, T>(f: F) -> ToThread<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    ToThread { state: State::New(f), abandon: false, location: Location::caller() }
}

/// Future of [`to_thread`].
#[must_use = "the call starts when its future is awaited: add `.await`"]
pub struct ToThread<F, T> {
    state: State<F, T>,
    abandon: bool,
    location: &'static Location<'static>,
}

enum State<F, T> {
    New(F),
    Running {
        /// `None`: withdrawn.
        task: blocking::Task<Option<Result<T, Unread>>>,
        slot: Arc<Slot<F>>,
        call: Arc<Call>,
        counted: Counted,
    },
    /// Given its value, or given up.
    Done,
}

// The call is moved out before it runs, and never pinned.
impl<F, T> Unpin for ToThread<F, T> {}

/// The function of a call, until it starts or is withdrawn.
struct Slot<F>(Mutex<Option<F>>);

impl<F> Slot<F> {
    fn take(&self) -> Option<F> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A call in the list of live tasks. Both sides hold it: the thread until it has returned, the future so
/// that it can strike it off.
struct Call {
    control: Arc<Control>,
    entry: Mutex<Option<Registration<Arc<Control>>>>,
}

impl Call {
    fn new(core: Arc<Core>, location: &'static Location<'static>) -> Call {
        let parent = try_current().map(|task| task.id());
        let identity =
            Identity { id: TaskId::next(), name: None, kind: TaskKind::Thread, parent, location };
        let control = Arc::new(Control::new(core, identity));
        let entry = Registration::shared(Arc::clone(&control));
        Call { control, entry: Mutex::new(Some(entry)) }
    }

    fn strike_off(&self) {
        let entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(entry);
    }
}

/// Counts a call as under way, from its start until its value has been received: a virtual clock
/// stands still meanwhile.
struct Counted(Arc<Core>);

impl Counted {
    fn new(core: Arc<Core>) -> Self {
        core.calls.fetch_add(1, Ordering::SeqCst);
        Counted(core)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Strikes the call off when the thread is through with it, whether it ran or was withdrawn.
struct Returned(Arc<Call>);

impl Drop for Returned {
    fn drop(&mut self) {
        self.0.strike_off();
    }
}

impl<F, T> ToThread<F, T> {
    /// Lets nobody wait for the call if this future is dropped while it runs: it goes on by itself, and
    /// may outlive the run.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    ///
    /// let (release, blocked) = mpsc::channel::<()>();
    /// taipan::run(async {
    ///     let call = taipan::to_thread(move || blocked.recv()).abandon_on_cancel();
    ///     assert!(taipan::timeout(Duration::from_millis(1), call).await.is_err());
    /// }); // does not wait for the call
    /// drop(release);
    /// ```
    #[doc(alias = "cancellable")]
    pub fn abandon_on_cancel(mut self) -> Self {
        self.abandon = true;
        self
    }
}

impl<F, T> Future for ToThread<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        if let State::New(_) = this.state {
            let Some(core) = core() else {
                panic!(
                    "no runtime here: await `to_thread` inside `#[taipan::main]` or `taipan::run(..)`"
                )
            };
            let State::New(f) = std::mem::replace(&mut this.state, State::Done) else {
                unreachable!("just looked at")
            };
            let counted = Counted::new(Arc::clone(&core));
            let call = Arc::new(Call::new(core, this.location));
            let control = Arc::clone(&call.control);
            let returned = Returned(Arc::clone(&call));
            let slot = Arc::new(Slot(Mutex::new(Some(f))));
            let theirs = Arc::clone(&slot);
            let locals = Locals::inherited();
            let task = blocking::unblock(move || {
                let f = theirs.take()?;
                let entered = current::enter(Arc::clone(&control.core) as Arc<dyn Host>);
                let result = catch_unwind(AssertUnwindSafe(|| locals.run(f)));
                drop(entered);
                drop(returned);
                Some(result.map_err(|payload| Unread::new(payload, &control)))
            });
            this.state = State::Running { task, slot, call, counted };
        }
        let State::Running { task, .. } = &mut this.state else {
            panic!("`to_thread` was polled after it gave its value")
        };
        let Some(result) = ready!(Pin::new(task).poll(cx)) else {
            unreachable!("only a drop withdraws the call")
        };
        this.state = State::Done;
        Poll::Ready(result.unwrap_or_else(|panic| resume_unwind(panic.read())))
    }
}

impl<F, T> Drop for ToThread<F, T> {
    fn drop(&mut self) {
        let State::Running { task, slot, call, counted } =
            std::mem::replace(&mut self.state, State::Done)
        else {
            return;
        };
        if let Some(withdrawn) = slot.take() {
            call.strike_off();
            drop(task);
            drop(counted);
            drop(withdrawn); // last: it is the user's
            return;
        }
        if self.abandon {
            call.strike_off();
            task.detach();
            return;
        }
        drop(task); // its value is lost
        let host = Arc::clone(&call.control.core) as Arc<dyn Host>;
        defer(Some(&host), async move {
            poll_fn(|cx| call.control.poll_ended(cx)).await;
            drop(counted);
        });
    }
}

impl<F, T> fmt::Debug for ToThread<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::New(_) => "new",
            State::Running { .. } => "running",
            State::Done => "done",
        };
        f.debug_struct("ToThread").field("state", &state).finish_non_exhaustive()
    }
}
