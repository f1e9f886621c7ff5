//! What the contestants do.
//!
//! To add one: a file with a type that implements [`Workload`], and a line in [`all`]. It must do the
//! same work on each side, and give a number that it can only have by having done it: what the
//! optimiser deletes is no row.

mod chain;
mod channel;
mod cpu;
mod echo;
mod gather;
mod mutex;
mod oneshot;
mod race;
mod semaphore;
mod shared;
mod sleep;
mod spawn;
mod threads;
mod timeout;
mod wake;
mod yields;

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

/// A workload, without its type.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) cells: Vec<NamedCell>,
}

fn row<W: Workload>() -> Row {
    Row { name: W::NAME, about: W::ABOUT, cells: rival::cells::<W>() }
}

/// All workloads, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    vec![
        row::<spawn::Spawn>(),
        row::<chain::Chain>(),
        row::<yields::Yield>(),
        row::<wake::Wake>(),
        row::<race::Race>(),
        row::<gather::Gather<10>>(),
        row::<gather::Gather<1000>>(),
        row::<gather::Gather<10_000>>(),
        row::<oneshot::Oneshot>(),
        row::<echo::Echo<1>>(),
        row::<echo::Echo<1000>>(),
        row::<channel::Channel<1>>(),
        row::<channel::Channel<4>>(),
        row::<shared::Shared>(),
        row::<mutex::Mutex>(),
        row::<semaphore::Semaphore>(),
        row::<sleep::Sleep>(),
        row::<timeout::Timeout>(),
        row::<threads::Threads>(),
        row::<threads::Blocking>(),
        row::<cpu::Cpu>(),
    ]
}

/// The sum of the numbers below `n`: what `n` tasks give that each give their own.
const fn sum_below(n: u64) -> u64 {
    n * (n - 1) / 2
}
