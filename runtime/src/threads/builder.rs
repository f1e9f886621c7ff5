//! What can be set of a thread pool.

use std::time::Duration;

use super::ThreadPool;
use super::pool::Settings;
use super::to_thread::IDLE;

/// Sets up a [`ThreadPool`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let pool = taipan::ThreadPool::builder(4)
///     .name("images")
///     .queue(100)
///     .idle_timeout(Duration::from_secs(1))
///     .build();
/// let name = taipan::run(async move {
///     pool.run(|| std::thread::current().name().map(str::to_owned)).await
/// });
/// assert_eq!(name.unwrap(), "images-1");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct ThreadPoolBuilder {
    settings: Settings,
    named: bool,
}

impl ThreadPoolBuilder {
    #[track_caller]
    pub(super) fn new(threads: usize) -> Self {
        assert!(threads > 0, "a thread pool needs at least 1 thread");
        let settings = Settings {
            name: "taipan-pool".to_owned(),
            threads,
            queue: None,
            idle: IDLE,
            stack_size: None,
        };
        ThreadPoolBuilder { settings, named: false }
    }

    /// Names the threads `NAME-1`, `NAME-2`, .., and the calls `NAME` in lists of tasks and in reports.
    ///
    /// Default: the threads are named `taipan-pool`, the calls by their numbers.
    ///
    /// # Panics
    ///
    /// Panics if the name has a NUL character, which the system does not allow.
    #[doc(alias = "thread_name_prefix")]
    #[track_caller]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        assert!(!name.contains('\0'), "a thread's name cannot have a NUL character");
        self.settings.name = name;
        self.named = true;
        self
    }

    /// Sets how many calls lie in the pool's queue at most, while all threads are busy; 0 is allowed.
    ///
    /// Over it, [`ThreadPool::run`] waits its turn with the call still in its hands. It bounds the queue only: nobody is
    /// refused, and no thread is blocked.
    ///
    /// Default: no bound. Each call in the queue has somebody who awaits it.
    #[doc(alias = "maxsize")]
    pub fn queue(mut self, calls: usize) -> Self {
        self.settings.queue = Some(calls);
        self
    }

    /// Sets how long a thread that has nothing to do waits for a call, until it ends; 0 lets it end at once.
    ///
    /// Default: 10 s. It is real time, also where a test's clock is virtual.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle = timeout;
        self
    }

    /// Sets the size of the threads' stacks, in bytes.
    ///
    /// Default: that of [`std::thread`].
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.settings.stack_size = Some(bytes);
        self
    }

    /// Returns the pool. It has no thread yet.
    #[must_use]
    pub fn build(self) -> ThreadPool {
        ThreadPool::with(self.settings, self.named)
    }
}
