//! tokio, in both its flavours.

use futures_util::future::join_all;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{self, JoinHandle};

use super::{Rival, channels};
use crate::kit::Kit;
use crate::{kit, machine, net};

/// The runtime with a thread a core.
pub(crate) struct MultiThread;

/// The runtime on the calling thread.
pub(crate) struct CurrentThread;

fn run<T: Send + 'static>(
    runtime: std::io::Result<Runtime>,
    main: impl Future<Output = T> + Send + 'static,
) -> T {
    let runtime = runtime.expect("the runtime can be built");
    runtime.block_on(async { join(tokio::spawn(main)).await })
}

async fn join<T>(task: JoinHandle<T>) -> T {
    task.await.expect("nobody cancels it, and it does not panic")
}

/// The next value of the first of these channels.
macro_rules! first {
    ($($receiver:ident)+) => {
        tokio::select! { $(n = kit::Tokio::recv($receiver) => n,)+ }
    };
}

/// All that does not depend on the flavour.
macro_rules! flavour {
    () => {
        type Kit = kit::Tokio;
        type Net = net::Tokio;
        type Task<T: Send + 'static> = JoinHandle<T>;

        fn spawn<T, F>(future: F) -> Self::Task<T>
        where
            T: Send + 'static,
            F: Future<Output = T> + Send + 'static,
        {
            tokio::spawn(future)
        }

        fn join<T: Send + 'static>(task: Self::Task<T>) -> impl Future<Output = T> + Send {
            join(task)
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

        async fn gather_ten<F>(child: fn(u64) -> F) -> [u64; 10]
        where
            F: Future<Output = u64> + Send,
        {
            let [a, b, c, d, e, f, g, h, i, j] = std::array::from_fn(|n| child(n as u64));
            tokio::join!(a, b, c, d, e, f, g, h, i, j).into()
        }

        async fn select(receivers: &mut [<Self::Kit as Kit>::Receiver<u64>]) -> u64 {
            channels!(first, receivers).expect("a sender lives")
        }

        async fn race<F>(first: F, second: F) -> F::Output
        where
            F: Future + Send,
            F::Output: Send,
        {
            tokio::select! {
                output = first => output,
                output = second => output,
            }
        }
    };
}

impl Rival for MultiThread {
    const NAME: &'static str = "tokio-mt";
    const ABOUT: &'static str = "tokio, a thread a core; join_all, select!";

    fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
        let mut builder = Builder::new_multi_thread();
        run(builder.worker_threads(machine::cores()).enable_all().build(), main)
    }

    flavour!();
}

impl Rival for CurrentThread {
    const NAME: &'static str = "tokio-ct";
    const ABOUT: &'static str = "tokio on one thread; join_all, select!";

    fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
        run(Builder::new_current_thread().enable_all().build(), main)
    }

    flavour!();
}
