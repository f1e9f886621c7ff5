//! What the code that runs on this thread may ask of the runtime above it.
//!
//! The floors below the runtime need a few things from it: somebody who runs an orphaned cleanup, somebody
//! to whom a lost error is told, the clock, the grace of exits, and who is running. They ask for them
//! here, so that they need not know who answers. And they need chance, which is the thread's own. A
//! worker installs its [`Host`] for as long as it works; on a
//! foreign thread there is none, and each caller says what it does then.

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use pin_project_lite::pin_project;

use crate::info::Identity;
use crate::local::Within;
use crate::report::{Exiting, Report};

/// A cleanup that nobody awaits in place: it owns all that it needs.
pub(crate) type Cleanup = Pin<Box<Deferred<dyn Future<Output = ()> + Send>>>;

pin_project! {
    /// A future, and what is told of it if it cannot run to its end. It finds the task locals that whoever made it
    /// found, wherever it runs.
    pub(crate) struct Deferred<F: ?Sized> {
        exiting: Option<Exiting>,
        #[pin]
        future: F,
    }
}

impl<F> Deferred<Within<F>> {
    pub(crate) fn new(exiting: Option<Exiting>, future: F) -> Self {
        Deferred { exiting, future: Within::inherit(future) }
    }
}

impl<F: ?Sized> Deferred<F> {
    /// Whose exit it is; `None`: it is something else.
    pub(crate) fn exiting(&self) -> Option<&Exiting> {
        self.exiting.as_ref()
    }
}

impl<F: Future + ?Sized> Future for Deferred<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

/// A runtime, as the floors below it see it.
pub(crate) trait Host: Send + Sync + 'static {
    /// Runs a cleanup that was dropped outside every scope; the runtime waits for it at its end.
    /// Gives it back if the runtime has ended.
    fn adopt(self: Arc<Self>, cleanup: Cleanup) -> Result<(), Cleanup>;

    /// Tells of an error that nobody can receive.
    fn report(&self, report: &Report);

    /// The clock that stands in for the system's; `None`: the system's.
    fn clock(&self) -> Option<&Arc<dyn Clock>>;

    /// How long an exit may take that runs because of a cancellation; `None`: as long as it wants.
    fn grace(&self) -> Option<Duration>;

    /// The task that is being polled on this thread, if it is one of this runtime's.
    fn running(&self) -> Option<Identity>;
}

/// A clock with its timers.
pub(crate) trait Clock: Send + Sync + 'static {
    /// The time on this clock.
    fn now(&self) -> Instant;

    /// Wakes `waker` once, at `deadline` or soon after. The key names the timer until it fires or is
    /// removed.
    fn insert(&self, deadline: Instant, waker: &Waker) -> TimerKey;

    /// Makes the timer, or the end of the move, wake `waker` instead. `false`: it has done so already.
    fn update(&self, key: TimerKey, waker: &Waker) -> bool;

    /// Forgets the timer, or ends the move where it is.
    fn remove(&self, key: TimerKey);

    /// Whether it stands still until it is moved.
    fn is_still(&self) -> bool;

    /// Moves a clock that stands still on to `target`, whatever else it would wait for; `waker` is woken once
    /// that is done, and the consequences of what fell due on the way are. The key names the move until then.
    fn advance(&self, target: Instant, waker: &Waker) -> TimerKey;
}

/// Names one timer of a clock. In the order in which timers fire: by deadline, and among equal ones by
/// the order of insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    pub(crate) deadline: Instant,
    pub(crate) place: u64,
}

thread_local! {
    static HOST: RefCell<Option<Arc<dyn Host>>> = const { RefCell::new(None) };
}

/// The runtime that runs this thread's code, if one does.
pub(crate) fn host() -> Option<Arc<dyn Host>> {
    HOST.try_with(|host| host.borrow().clone()).ok().flatten()
}

/// The clock that stands in for the system's on this thread, if one does.
pub(crate) fn clock() -> Option<Arc<dyn Clock>> {
    HOST.try_with(|host| host.borrow().as_ref().and_then(|host| host.clock().cloned()))
        .ok()
        .flatten()
}

/// The task that runs this code, if one does.
pub(crate) fn running() -> Option<Identity> {
    host()?.running()
}

/// Tells the runtime of `host`, else this thread's, else standard error.
pub(crate) fn report(host: Option<&Arc<dyn Host>>, report: &Report) {
    match host.cloned().or_else(self::host) {
        Some(host) => host.report(report),
        None => eprintln!("{report}"),
    }
}

thread_local! {
    /// The state of the thread's generator: never 0.
    static RANDOM: Cell<u64> = Cell::new(seed());
}

/// A seed that differs from thread to thread, and from run to run.
fn seed() -> u64 {
    RandomState::new().hash_one(0) | 1
}

/// A number below `bound`, which is at least 1: of the thread's generator, which is quick, and no secret.
/// (xorshift64: Marsaglia, "Xorshift RNGs", 2003; the range by a multiplication, as Lemire has it.)
pub(crate) fn random(bound: usize) -> usize {
    // A thread that is ending has no generator any more: no chance, then.
    let number = RANDOM.try_with(|state| {
        let mut number = state.get();
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        state.set(number);
        number >> 32
    });
    ((number.unwrap_or(0) * bound as u64) >> 32) as usize
}

/// Makes the thread's generator begin anew: the same numbers for the same seed.
pub(crate) fn seed_random(seed: u64) {
    // A few bits apart are far apart then, and nothing becomes 0. (The finalizer of SplitMix64.)
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    RANDOM.set((mixed ^ (mixed >> 31)) | 1);
}

/// Makes `host` this thread's until the guard is dropped; then the one before it is again.
#[must_use = "the host is this thread's only as long as the guard lives"]
pub(crate) fn enter(host: Arc<dyn Host>) -> Entered {
    Entered { before: HOST.replace(Some(host)) }
}

/// Restores the host that was this thread's before.
pub(crate) struct Entered {
    before: Option<Arc<dyn Host>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        HOST.set(self.before.take());
    }
}
