//! What the contestants do.
//!
//! To add one: a file with a type that implements [`Workload`], and a line in [`all`]. It must do the
//! same work on each side, and give a number that it can only have by having done it: what the
//! optimiser deletes is no row. What is no time of an operation (a delay, a size) is a [`Probe`].

mod chain;
mod channel;
mod cpu;
mod echo;
mod fairness;
mod gather;
pub(crate) mod hello;
mod hog;
mod idle;
mod memory;
mod mutex;
mod oneshot;
mod race;
mod select;
mod semaphore;
mod shared;
mod sleep;
mod spawn;
pub(crate) mod tcp;
mod threads;
mod timeout;
mod timers;
mod wake;
mod yields;

use crate::measure::{self, Failure};
use crate::rival::{self, NamedCell, Rival};

/// Something to do, and how to see that it was done.
pub(crate) trait Workload: 'static {
    /// What the command line calls it.
    const NAME: &'static str;

    /// What it does, and what one operation is.
    const ABOUT: &'static str;

    /// How many operations one round has.
    const OPERATIONS: u64;

    /// What every round must give.
    const ANSWER: u64;

    /// Does it once.
    fn round<R: Rival>() -> impl Future<Output = u64> + Send;
}

/// Something to find out about a contestant: one figure or several.
pub(crate) trait Probe: 'static {
    /// What the command line calls it.
    const NAME: &'static str;

    /// What is done, and what the figures are.
    const ABOUT: &'static str;

    /// What it finds out; of each, less is better.
    const FIGURES: &'static [Figure];

    /// Finds it out, in a process that does nothing else.
    fn measure<R: Rival>() -> Result<Vec<f64>, Failure>;
}

/// One of the figures of a [`Probe`].
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Figure {
    /// Which one it is; empty if it is the only one.
    pub(crate) label: &'static str,
    pub(crate) unit: &'static str,
}

/// What a [`Workload`] finds out.
pub(crate) const TIME: Figure = Figure { label: "", unit: "ns" };

impl<W: Workload> Probe for W {
    const NAME: &'static str = W::NAME;
    const ABOUT: &'static str = W::ABOUT;
    const FIGURES: &'static [Figure] = &[TIME];

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        measure::time::<W, R>().map(|nanos| vec![nanos])
    }
}

/// A workload, without its type.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) figures: &'static [Figure],
    pub(crate) cells: Vec<NamedCell>,
}

fn row<P: Probe>() -> Row {
    Row { name: P::NAME, about: P::ABOUT, figures: P::FIGURES, cells: rival::cells::<P>() }
}

/// All workloads, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    vec![
        row::<spawn::Spawn<100_000>>(),
        row::<spawn::Spawn<100>>(),
        row::<spawn::Spawn<1>>(),
        row::<chain::Chain>(),
        row::<yields::Yield<100>>(),
        row::<yields::Yield<1>>(),
        row::<wake::Wake>(),
        row::<race::Race>(),
        row::<select::Select<2>>(),
        row::<select::Select<3>>(),
        row::<select::Select<8>>(),
        row::<gather::Ten>(),
        row::<gather::Gather<10>>(),
        row::<gather::Gather<1000>>(),
        row::<gather::Gather<10_000>>(),
        row::<oneshot::Oneshot>(),
        row::<echo::Echo<1>>(),
        row::<echo::Echo<1000>>(),
        row::<tcp::Tcp<1>>(),
        row::<tcp::Tcp<64>>(),
        row::<tcp::Tcp<512>>(),
        row::<channel::Channel<1>>(),
        row::<channel::Channel<4>>(),
        row::<shared::Shared>(),
        row::<mutex::Mutex>(),
        row::<semaphore::Semaphore>(),
        row::<sleep::Sleep>(),
        row::<sleep::SleepInTurn>(),
        row::<timers::Timers>(),
        row::<timeout::Timeout<1>>(),
        row::<timeout::Timeout<1000>>(),
        row::<threads::Threads>(),
        row::<threads::ThreadsInTurn>(),
        row::<threads::Blocking>(),
        row::<cpu::Cpu<1>>(),
        row::<cpu::Cpu<10>>(),
        row::<hog::Hog<hog::Spawned>>(),
        row::<hog::Hog<hog::Woken>>(),
        row::<hog::Hog<hog::Due>>(),
        row::<fairness::Fairness>(),
        row::<idle::Idle>(),
        row::<memory::Sleeping>(),
        row::<memory::Pending>(),
        row::<hello::Start>(),
        row::<hello::Size>(),
    ]
}

/// `number`, of which a build without optimisation does a hundredth: its times say nothing, but its
/// answers are checked as well.
const fn sized(number: u64) -> u64 {
    if !cfg!(debug_assertions) {
        number
    } else if number < 100 {
        1
    } else {
        number / 100
    }
}

/// The sum of the numbers below `n`: what `n` tasks give that each give their own.
const fn sum_below(n: u64) -> u64 {
    n * (n - 1) / 2
}
