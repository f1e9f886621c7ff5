//! taipan itself, with all that it always has on: names, the list of live tasks, scopes.

use taipan::{Runtime, Task};

use super::{Rival, channels};
use crate::kit::Kit;
use crate::{kit, machine, net};

/// The runtime as it is by default: a thread a core.
pub(crate) struct MultiThread;

/// The runtime on the calling thread.
pub(crate) struct OneThread;

fn run<T: Send + 'static>(threads: usize, main: impl Future<Output = T> + Send + 'static) -> T {
    let runtime = Runtime::builder().threads(threads).build();
    runtime.run(async { join(taipan::spawn(main)).await })
}

async fn join<T>(task: Task<T>) -> T {
    task.await.expect("nobody cancels it, and it does not panic")
}

/// The next value of the first of these channels.
macro_rules! first {
    ($($receiver:ident)+) => {
        taipan::select! { $(n = kit::Taipan::recv($receiver) => n,)+ }
    };
}

/// All that does not depend on the number of threads.
macro_rules! any_threads {
    () => {
        type Kit = kit::Taipan;
        type Net = net::Taipan;
        type Task<T: Send + 'static> = Task<T>;

        fn spawn<T, F>(future: F) -> Self::Task<T>
        where
            T: Send + 'static,
            F: Future<Output = T> + Send + 'static,
        {
            taipan::spawn(future)
        }

        fn join<T: Send + 'static>(task: Self::Task<T>) -> impl Future<Output = T> + Send {
            join(task)
        }

        fn detach(task: Self::Task<()>) {
            task.detach();
        }

        fn yield_now() -> impl Future<Output = ()> + Send {
            taipan::yield_now()
        }

        fn gather<F>(futures: Vec<F>) -> impl Future<Output = Vec<F::Output>> + Send
        where
            F: Future + Send,
            F::Output: Send,
        {
            taipan::gather(futures)
        }

        async fn gather_ten<F>(child: fn(u64) -> F) -> [u64; 10]
        where
            F: Future<Output = u64> + Send,
        {
            let [a, b, c, d, e, f, g, h, i, j] = std::array::from_fn(|n| child(n as u64));
            taipan::gather!(a, b, c, d, e, f, g, h, i, j).await.into()
        }

        async fn select(receivers: &mut [<Self::Kit as Kit>::Receiver<u64>]) -> u64 {
            channels!(first, receivers).expect("a sender lives")
        }

        fn race<F>(first: F, second: F) -> impl Future<Output = F::Output> + Send
        where
            F: Future + Send,
            F::Output: Send,
        {
            taipan::race!(first, second)
        }
    };
}

impl Rival for MultiThread {
    const NAME: &'static str = "taipan";
    const ABOUT: &'static str = "taipan, a thread a core; gather, race!";

    fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
        run(machine::cores(), main)
    }

    any_threads!();
}

impl Rival for OneThread {
    const NAME: &'static str = "taipan-1";
    const ABOUT: &'static str = "taipan on one thread; gather, race!";

    fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
        run(1, main)
    }

    any_threads!();
}
