//! The contestants, behind the one interface that the workloads use.
//!
//! To add one: a file with a type that implements [`Rival`], and a line in `each!`. Those of another
//! language ([`python`]) have programs of their own.

mod async_std;
pub(crate) mod python;
mod smol;
mod taipan;
mod tokio;

use futures_util::future::{join_all, select_all};

use crate::kit::Kit;
use crate::measure::Failure;
use crate::net::Net;
use crate::workload::Probe;

/// A runtime with its combinators, as its users would write it.
///
/// `run` gives the workload to a task, not to the thread that waits for it: so all are measured from
/// the same place.
pub(crate) trait Rival: 'static {
    /// What the command line calls it.
    const NAME: &'static str;

    /// What it is, in a few words.
    const ABOUT: &'static str;

    /// What its tasks meet by.
    type Kit: Kit;

    /// Its sockets.
    type Net: Net;

    /// The handle of a task.
    type Task<T: Send + 'static>: Send + 'static;

    /// Runs `main` as a task of a fresh runtime and waits for it.
    fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T;

    /// Starts a task.
    fn spawn<T, F>(future: F) -> Self::Task<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static;

    /// Waits for a task.
    fn join<T: Send + 'static>(task: Self::Task<T>) -> impl Future<Output = T> + Send;

    /// Lets a task run on its own.
    fn detach(task: Self::Task<()>);

    /// Lets the other tasks run once.
    fn yield_now() -> impl Future<Output = ()> + Send;

    /// Runs all at once and gives their outputs in order.
    fn gather<F>(futures: Vec<F>) -> impl Future<Output = Vec<F::Output>> + Send
    where
        F: Future + Send,
        F::Output: Send;

    /// Runs `child(0)` to `child(9)` at once and gives their outputs in order: what takes several futures, each of a type
    /// of its own.
    fn gather_ten<F>(child: fn(u64) -> F) -> impl Future<Output = [u64; 10]> + Send
    where
        F: Future<Output = u64> + Send;

    /// The next number of any of 2, 3 or 8 channels, of which one gives another.
    fn select(
        receivers: &mut [<Self::Kit as Kit>::Receiver<u64>],
    ) -> impl Future<Output = u64> + Send;

    /// Gives the output of one that is ready and drops the other.
    fn race<F>(first: F, second: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
        F::Output: Send;
}

/// `$all!` with 2, 3 or 8 channels.
macro_rules! channels {
    ($all:ident, $receivers:expr) => {
        match $receivers {
            [a, b] => $all!(a b),
            [a, b, c] => $all!(a b c),
            [a, b, c, d, e, f, g, h] => $all!(a b c d e f g h),
            other => unreachable!("nobody waits for {} channels", other.len()),
        }
    };
}
use channels;

/// `gather_ten` for those who have it for a list only.
async fn join_ten<F: Future<Output = u64>>(child: fn(u64) -> F) -> [u64; 10] {
    let outputs = join_all((0..10).map(child)).await;
    outputs.try_into().expect("as many as there were children")
}

/// `select` for those who have it for a list only.
async fn select_any<K: Kit>(receivers: &mut [K::Receiver<u64>]) -> u64 {
    let first = select_all(receivers.iter_mut().map(|receiver| Box::pin(K::recv(receiver))));
    first.await.0.expect("a sender lives")
}

/// `function` for each contestant, in the order of the table.
macro_rules! each {
    ($function:ident::<$($probe:ident,)? ..>) => {
        vec![
            $function::<$($probe,)? taipan::MultiThread>(),
            $function::<$($probe,)? taipan::OneThread>(),
            $function::<$($probe,)? tokio::MultiThread>(),
            $function::<$($probe,)? tokio::CurrentThread>(),
            $function::<$($probe,)? smol::Smol>(),
            $function::<$($probe,)? async_std::AsyncStd>(),
        ]
    };
}

/// A cell of one row: the contestant's name, and what measures it.
pub(crate) type NamedCell = (&'static str, fn() -> Result<Vec<f64>, Failure>);

/// The cells of `P`, one for each contestant.
pub(crate) fn cells<P: Probe>() -> Vec<NamedCell> {
    fn named<P: Probe, R: Rival>() -> NamedCell {
        (R::NAME, P::measure::<R>)
    }
    each!(named::<P, ..>)
}

/// The contestants, each with what it is; those in Python last.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    fn about<R: Rival>() -> (&'static str, &'static str) {
        (R::NAME, R::ABOUT)
    }
    let mut all = each!(about::<..>);
    all.extend(python::CONTESTANTS);
    all
}

/// Their names.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    all().into_iter().map(|(name, _)| name)
}

/// Whether the contestant is one of ours: it is measured always.
pub(crate) fn is_own(name: &str) -> bool {
    name.starts_with("taipan")
}

/// Whether the contestant is one that the ratios refer to; of these, the faster one counts.
pub(crate) fn is_reference(name: &str) -> bool {
    name.starts_with("tokio")
}
