//! A pool of one's own.

use std::fmt;
use std::sync::Arc;

use super::builder::ThreadPoolBuilder;
use super::pool::{Look, Pool, Settings};
use super::to_thread::{Asked, ToThread};
use crate::waits::Site;
use crate::with::{Outcome, Resource};

/// A number of threads that run blocking calls.
///
/// It bounds how many calls run at a time, whoever awaits them: for a library that allows only so many, a disk, a device.
/// Threads are started when calls need them, and end when they have had nothing to do for a while. It may be made anywhere,
/// and used by several runtimes, one after another or at once.
///
/// It is a handle: a clone is the same pool. When the last one is dropped, calls that were given to it
/// still run; then the threads end. [`close`](Self::close) waits for that, and so does [`with!`](crate::with!), for the pool is
/// a resource.
///
/// # Examples
///
/// ```
/// use taipan::{ThreadPool, with};
///
/// taipan::run(async {
///     with!(pool = ThreadPool::new(2), {
///         let lengths = ["a", "bc", "def"].map(|word| pool.run(move || word.len()));
///         assert_eq!(taipan::gather(lengths).await, [1, 2, 3]); // two at a time
///     }); // its threads have ended
/// });
/// ```
#[doc(alias = "ThreadPoolExecutor")]
#[doc(alias = "CapacityLimiter")]
#[derive(Clone)]
pub struct ThreadPool {
    owner: Arc<Owner>,
}

/// All handles of a pool.
struct Owner {
    pool: Arc<Pool>,
    asked: Asked,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.pool.retire();
    }
}

impl ThreadPool {
    /// Returns a pool of `threads` threads at most.
    ///
    /// # Panics
    ///
    /// Panics if `threads` is 0.
    #[must_use]
    #[track_caller]
    pub fn new(threads: usize) -> ThreadPool {
        ThreadPoolBuilder::new(threads).build()
    }

    /// Returns a builder for a pool of `threads` threads at most.
    ///
    /// # Panics
    ///
    /// Panics if `threads` is 0.
    #[doc(alias = "max_workers")]
    #[track_caller]
    pub fn builder(threads: usize) -> ThreadPoolBuilder {
        ThreadPoolBuilder::new(threads)
    }

    pub(super) fn with(settings: Settings, named: bool) -> ThreadPool {
        let name = named.then(|| Arc::from(settings.name.as_str()));
        let asked = Asked { by: "ThreadPool::run", name };
        ThreadPool { owner: Arc::new(Owner { pool: Pool::new(settings), asked }) }
    }

    /// Runs a blocking call on a thread of the pool; returns its value.
    ///
    /// It is [`to_thread`](crate::to_thread) on threads of one's own. The call comes to the pool when the future is first polled.
    /// A call that waits for another call of the same pool may wait for ever: the other one may find no thread.
    ///
    /// # Panics
    ///
    /// A panic of the call is passed on to whoever awaits it. Polled outside a runtime it panics, and also if the pool was
    /// closed before, or the system cannot start a single thread.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the call has started, it withdraws it, also from the queue. A call that runs cannot be stopped: its
    /// value is lost, and the enclosing scope waits for its end, unless
    /// [`abandon_on_cancel`](ToThread::abandon_on_cancel) was said. An abandoned call keeps its thread until it ends.
    ///
    /// # Fairness
    ///
    /// First come, first served, in the pool's queue as before it.
    ///
    /// # Examples
    ///
    /// ```
    /// let pool = taipan::ThreadPool::builder(1).name("database").build();
    /// taipan::run(async {
    ///     let rows = pool.run(|| vec!["a row"]).await; // one at a time
    ///     assert_eq!(rows, ["a row"]);
    /// });
    /// ```
    #[doc(alias = "submit")]
    #[doc(alias = "run_in_executor")]
    #[track_caller]
    pub fn run<F, T>(&self, f: F) -> ToThread<F, T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        ToThread::new(f, &self.owner.pool, self.owner.asked.clone())
    }

    /// Closes the pool, and waits until all calls have ended, the abandoned ones among them, and the threads as well.
    ///
    /// Calls that had come to it still run, those that wait for their turn too. Later ones panic. Closed twice is closed
    /// once, and both wait.
    ///
    /// # Cancel safety
    ///
    /// The pool is closed at the first poll, and stays so.
    ///
    /// # Examples
    ///
    /// ```
    /// let pool = taipan::ThreadPool::new(2);
    /// taipan::run(async {
    ///     assert_eq!(pool.run(|| 42).await, 42);
    ///     pool.close().await;
    ///     assert!(pool.is_closed());
    ///     assert_eq!(pool.statistics().threads, 0);
    /// });
    /// ```
    #[doc(alias = "shutdown")]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn close(&self) -> impl Future<Output = ()> {
        let site = Site::here("ThreadPool::close");
        async move {
            self.owner.pool.close();
            self.owner.pool.over(site).await;
        }
    }

    /// Returns whether the pool was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.owner.pool.is_closed()
    }

    /// Returns how many threads and calls there are.
    #[must_use]
    pub fn statistics(&self) -> ThreadPoolStatistics {
        let Look { threads, idle, queued, waiting } = self.owner.pool.look();
        ThreadPoolStatistics { threads, idle, queued, waiting }
    }
}

/// The exit closes the pool.
impl Resource for ThreadPool {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        self.close().await;
    }
}

impl fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ThreadPoolStatistics { threads, idle, queued, .. } = self.statistics();
        f.debug_struct("ThreadPool")
            .field("name", &self.owner.pool.settings.name)
            .field("threads", &threads)
            .field("idle", &idle)
            .field("queued", &queued)
            .finish_non_exhaustive()
    }
}

/// What [`ThreadPool::statistics`] tells: a picture of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadPoolStatistics {
    /// How many threads there are.
    pub threads: usize,
    /// How many of them have nothing to do.
    pub idle: usize,
    /// How many calls lie in the queue.
    pub queued: usize,
    /// How many wait until there is room in the queue.
    pub waiting: usize,
}
