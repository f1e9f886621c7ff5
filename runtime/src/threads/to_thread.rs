//! The future of a call on another thread, whichever pool the thread is of.
//!
//! # The protocol
//!
//! Polled, it is let in by the pool, waits for a turn where the queue is bounded, and submits a job. Dropped after
//! that, it withdraws a job that no thread has taken; one that runs cannot be stopped, so the enclosing scope waits
//! for it, unless the caller said `abandon_on_cancel`. A withdrawn call is over at once, even while all threads are
//! busy for long.
//!
//! Letters of the call are opened here: so what a thread sends over runs in the task that awaits the call, and is
//! cancelled with it.

use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::border::{AnyBorder, Arrival, Border, Left, Letter};
use super::call::{Call, Counted};
use super::pool::{Accepted, Pool, Settings, Ticket};
use crate::current::Host;
use crate::local::Locals;
use crate::runtime::count_from_env;
use crate::scope::defer;
use crate::sync::OwnedSemaphorePermit;
use crate::task::{Core, Unread, contain, core};
use crate::waits::{About, Mark, Site};

/// How long a free thread is kept, if nothing else was said.
pub(super) const IDLE: Duration = Duration::from_secs(10);

/// How many threads `to_thread` has at most, if nothing else was said: so many that calls which wait for each other
/// hardly ever wait for a thread, and few enough for any system.
const THREADS: usize = 512;

static POOL: LazyLock<Arc<Pool>> = LazyLock::new(|| {
    Pool::new(Settings {
        name: "taipan-blocking".to_owned(),
        threads: count_from_env("TAIPAN_BLOCKING_THREADS").unwrap_or(THREADS),
        queue: None,
        idle: IDLE,
        stack_size: None,
    })
});

/// Runs a blocking call on a thread of its own, so that it holds up no task; returns its value.
///
/// For what blocks the thread: files, C libraries, DNS. For heavy computation there is [`compute`](crate::compute),
/// for calls that shall have threads to themselves, or only a few, a [`ThreadPool`](crate::ThreadPool). The call
/// starts when the future is first polled; threads are kept for the next calls for 10 s.
///
/// There are 512 threads at most, or as many as the environment variable `TAIPAN_BLOCKING_THREADS` says; they serve
/// all runtimes of the process. While there are threads left, no call waits for another to end; so calls may
/// wait for each other, if there are not hundreds of them.
///
/// The call may run async code, and wait for it: see [`from_thread`](crate::from_thread).
///
/// # Panics
///
/// A panic of the call is passed on to whoever awaits it. Polled outside a runtime it panics, and also if the system
/// cannot start a single thread.
///
/// # Cancel safety
///
/// Dropped before the call has started, it withdraws it. A call that runs cannot be stopped: its value is
/// lost, and the enclosing scope waits for its end, unless
/// [`abandon_on_cancel`](ToThread::abandon_on_cancel) was said. A long call may ask whether it
/// [was cancelled](crate::threads::check_cancelled).
///
/// # Fairness
///
/// If all threads are busy, first come, first served.
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
    ToThread::new(f, &POOL, Asked { by: "to_thread", name: None })
}

/// Who asked for a call: the function, and what the call is called in the list of tasks.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) by: &'static str,
    pub(super) name: Option<Arc<str>>,
}

/// Future of [`to_thread`], [`compute`](crate::compute) and [`ThreadPool::run`](crate::ThreadPool::run).
#[must_use = "the call starts when its future is awaited: add `.await`"]
pub struct ToThread<F, T> {
    state: State<F, T>,
    pool: Arc<Pool>,
    asked: Asked,
    abandon: bool,
    location: &'static Location<'static>,
    mark: Mark,
}

enum State<F, T> {
    New(F),
    /// Waits until there is room in the queue.
    Waiting {
        turn: Pin<Box<dyn Future<Output = OwnedSemaphorePermit> + Send + Sync>>,
        entry: Entry<F>,
    },
    Running(Running<T>),
    /// Given its value, or given up.
    Done,
}

/// A call that was let in.
struct Entry<F> {
    accepted: Accepted,
    counted: Counted,
    core: Arc<Core>,
    f: F, // last: it is the user's
}

/// A call that was submitted.
struct Running<T> {
    border: Arc<Border<Result<T, Unread>>>,
    /// The same one.
    any: Arc<dyn AnyBorder>,
    call: Arc<Call>,
    ticket: Ticket,
    letter: Option<Letter>,
    counted: Counted,
}

// The call is moved out before it runs, and never pinned.
impl<F, T> Unpin for ToThread<F, T> {}

impl<F, T> ToThread<F, T> {
    #[track_caller]
    pub(super) fn new(f: F, pool: &Arc<Pool>, asked: Asked) -> Self {
        let (state, location) = (State::New(f), Location::caller());
        let mark = Mark::new(Site::here(asked.by));
        ToThread { state, pool: Arc::clone(pool), asked, abandon: false, location, mark }
    }

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

    /// Comes to the pool.
    fn arrive(&self, f: F) -> State<F, T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let by = self.asked.by;
        let Some(core) = core() else {
            panic!("no runtime here: await `{by}` inside `#[taipan::main]` or `taipan::run(..)`")
        };
        let Some(accepted) = self.pool.accept() else {
            panic!("the thread pool `{}` is closed: it runs no more calls", self.pool.settings.name)
        };
        let counted = Counted::new(Arc::clone(&core));
        let entry = Entry { accepted, counted, core, f };
        match self.pool.turn(self.mark.site()) {
            Some(turn) => State::Waiting { turn: Box::pin(turn), entry },
            None => State::Running(self.start(entry, None)),
        }
    }

    /// Submits the call.
    fn start(&self, entry: Entry<F>, permit: Option<OwnedSemaphorePermit>) -> Running<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let Entry { accepted, counted, core, f } = entry;
        let call = Arc::new(Call::new(core, self.asked.name.as_deref(), self.location));
        let border = Arc::new(Border::new());
        let any = Arc::clone(&border) as Arc<dyn AnyBorder>;
        let theirs = (Arc::clone(&call), Arc::clone(&border));
        let locals = Locals::inherited();
        let job = move || {
            let (call, border) = theirs;
            let entered = call.enter(Arc::clone(&border) as _);
            let result = catch_unwind(AssertUnwindSafe(|| locals.run(f)));
            drop(permit);
            drop(accepted);
            let result = result.map_err(|payload| Unread::new(payload, &call.control));
            call.strike_off();
            if let Err(lost) = border.end(result) {
                contain(&call.control, || drop(lost));
                border.over();
            }
            drop(entered);
        };
        match self.pool.submit(Box::new(job)) {
            Ok(ticket) => Running { border, any, call, ticket, letter: None, counted },
            Err((job, error)) => {
                call.strike_off();
                drop(job);
                panic!("cannot start a thread for `{}`: {error}", self.asked.by)
            }
        }
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
        if let State::New(_) = this.state
            && let State::New(f) = mem::replace(&mut this.state, State::Done)
        {
            this.state = this.arrive(f);
        }
        if let State::Waiting { turn, .. } = &mut this.state {
            let permit = ready!(turn.as_mut().poll(cx));
            if let State::Waiting { entry, .. } = mem::replace(&mut this.state, State::Done) {
                this.state = State::Running(this.start(entry, Some(permit)));
            }
        }
        let State::Running(running) = &mut this.state else {
            panic!("`{}` was polled after it gave its value", this.asked.by)
        };
        let polled = running.poll(cx);
        this.mark.note(&polled, || About::tasks([&running.call.control.identity]));
        let result = ready!(polled);
        this.state = State::Done;
        Poll::Ready(result.unwrap_or_else(|panic| resume_unwind(panic.read())))
    }
}

impl<T> Running<T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Unread>> {
        loop {
            if let Some(letter) = &mut self.letter {
                ready!(letter.as_mut().poll(cx));
                self.letter = None;
            }
            match ready!(self.border.poll(cx)) {
                Arrival::Value(result) => return Poll::Ready(result),
                Arrival::Letter(letter) => self.letter = Some(letter),
            }
        }
    }
}

impl<F, T> Drop for ToThread<F, T> {
    fn drop(&mut self) {
        let State::Running(running) = mem::replace(&mut self.state, State::Done) else { return };
        let Running { border, any, call, ticket, letter, counted } = running;
        if let Some(withdrawn) = self.pool.withdraw(ticket) {
            call.strike_off();
            drop(counted);
            drop(withdrawn); // last: it is the user's
            return;
        }
        call.cancel();
        let mut letter = match border.desert() {
            Left::Running(sent) => letter.or(sent),
            Left::Ended(lost) => return drop(lost),
        };
        if self.abandon {
            call.strike_off();
            return; // the thread has its answer with the drop of the letter
        }
        if let Some(letter) = &mut letter {
            letter.as_mut().cancel();
        }
        let host = Arc::clone(&call.control.core) as Arc<dyn Host>;
        defer(Some(&host), async move {
            if let Some(letter) = letter {
                letter.await; // its exits; then the thread has its answer
            }
            poll_fn(|cx| any.poll_over(cx)).await;
            drop(counted);
        });
    }
}

impl<F, T> fmt::Debug for ToThread<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::New(_) => "new",
            State::Waiting { .. } => "waiting",
            State::Running { .. } => "running",
            State::Done => "done",
        };
        f.debug_struct("ToThread").field("state", &state).finish_non_exhaustive()
    }
}
