//! async-std: the standard library made async. No longer developed; what many still run.

use async_std::task::{self, JoinHandle};
use futures_lite::FutureExt;
use futures_util::future::join_all;

use super::{Rival, join_ten, select_any};
use crate::kit::Kit;
use crate::{kit, net};

/// Its one runtime, with a thread a core.
pub(crate) struct AsyncStd;

impl Rival for AsyncStd {
    const NAME: &'static str = "async-std";
    const ABOUT: &'static str = "async-std, a thread a core; join_all, or";

    type Kit = kit::AsyncStd;
    type Net = net::AsyncStd;
    type Task<T: Send + 'static> = JoinHandle<T>;

    fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
        task::block_on(task::spawn(main))
    }

    fn spawn<T, F>(future: F) -> Self::Task<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        task::spawn(future)
    }

    fn join<T: Send + 'static>(task: Self::Task<T>) -> impl Future<Output = T> + Send {
        task
    }

    fn detach(task: Self::Task<()>) {
        drop(task);
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        task::yield_now()
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
