//! `async-executor` as it is, hosted by `async-io`: what taipan is built on.

use std::future;
use std::thread;

use async_executor::{Executor, Task};
use async_io::block_on;
use futures_lite::FutureExt;
use futures_util::future::join_all;

use super::{Rival, join_ten, select_any};
use crate::kit::Kit;
use crate::{kit, machine, net};

/// An [`Executor`] with a thread a core.
pub(crate) struct Smol;

// One a process: a process measures one cell.
static EXECUTOR: Executor<'static> = Executor::new();

impl Rival for Smol {
    const NAME: &'static str = "smol";
    const ABOUT: &'static str = "async-executor, a thread a core, in async-io; join_all, or";

    type Kit = kit::Smol;
    type Net = net::Smol;
    type Task<T: Send + 'static> = Task<T>;

    fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
        for _ in 1..machine::cores() {
            thread::spawn(|| block_on(EXECUTOR.run(future::pending::<()>())));
        }
        block_on(EXECUTOR.run(EXECUTOR.spawn(main)))
    }

    fn spawn<T, F>(future: F) -> Self::Task<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        EXECUTOR.spawn(future)
    }

    fn join<T: Send + 'static>(task: Self::Task<T>) -> impl Future<Output = T> + Send {
        task
    }

    fn detach(task: Self::Task<()>) {
        task.detach();
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        futures_lite::future::yield_now()
    }

    fn gather<F>(futures: Vec<F>) -> impl Future<Output = Vec<F::Output>> + Send
    where
        F: Future + Send,
        F::Output: Send,
    {
        join_all(futures)
    }

    fn gather_ten<F>(child: fn(u64) -> F) -> impl Future<Output = [u64; 10]> + Send
    where
        F: Future<Output = u64> + Send,
    {
        join_ten(child)
    }

    fn select(
        receivers: &mut [<Self::Kit as Kit>::Receiver<u64>],
    ) -> impl Future<Output = u64> + Send {
        select_any::<Self::Kit>(receivers)
    }

    fn race<F>(first: F, second: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
        F::Output: Send,
    {
        first.or(second)
    }
}
