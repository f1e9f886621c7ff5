//! What can be set of a runtime.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use super::Runtime;
use super::env::count_from_env;
use crate::current::Clock;
use crate::report::Report;
use crate::task::{Core, Hook};

/// The settings of one runtime.
#[derive(Clone)]
pub(crate) struct Config {
    /// How many workers, the calling thread among them; `None`: as many as there are cores.
    pub(crate) threads: Option<usize>,
    pub(crate) thread_name: String,
    pub(crate) shutdown_timeout: Duration,
    pub(crate) grace: Option<Duration>,
    pub(crate) hook: Option<Hook>,
    pub(crate) clock: Option<Arc<dyn Clock>>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            threads: None,
            thread_name: "taipan".to_owned(),
            shutdown_timeout: Duration::from_secs(10),
            grace: None,
            hook: None,
            clock: None,
        }
    }
}

impl Config {
    /// How many workers there are to be.
    pub(crate) fn workers(&self) -> usize {
        self.threads.unwrap_or_else(default_threads)
    }

    /// What the tasks of the next run share.
    pub(crate) fn core(&self) -> Arc<Core> {
        Arc::new(Core::new(self.workers(), self.clock.clone(), self.grace, self.hook.clone()))
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("threads", &self.threads)
            .field("thread_name", &self.thread_name)
            .field("shutdown_timeout", &self.shutdown_timeout)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}

/// `TAIPAN_THREADS`, else the number of cores.
fn default_threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| {
        count_from_env("TAIPAN_THREADS")
            .unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
    })
}

/// Sets up a [`Runtime`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let runtime = taipan::Runtime::builder()
///     .threads(2)
///     .thread_name("crawler")
///     .shutdown_timeout(Duration::from_secs(3))
///     .build();
/// runtime.run(async {});
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct Builder {
    config: Config,
}

impl Builder {
    /// Sets the number of threads that run tasks, the one that calls `run` among them: at least 1.
    ///
    /// Default: `TAIPAN_THREADS` from the environment, else the number of cores.
    ///
    /// # Panics
    ///
    /// Panics if `threads` is 0.
    #[track_caller]
    pub fn threads(mut self, threads: usize) -> Self {
        assert!(threads > 0, "a runtime needs at least 1 thread: the one that calls `run`");
        self.config.threads = Some(threads);
        self
    }

    /// Names the threads: `NAME-1`, `NAME-2`, .. (the thread that calls `run` keeps its own name).
    ///
    /// Default: `taipan`.
    ///
    /// # Panics
    ///
    /// Panics if the name has a NUL character, which the system does not allow.
    #[track_caller]
    pub fn thread_name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        assert!(!name.contains('\0'), "a thread's name cannot have a NUL character");
        self.config.thread_name = name;
        self
    }

    /// Sets how long `run` waits, once main has ended, for the exits of the other tasks and for blocking
    /// calls; whoever has not ended by then is reported and abandoned.
    ///
    /// Default: 10 s. It is real time, also where a test's clock is virtual.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.config.shutdown_timeout = timeout;
        self
    }

    /// Sets how long the exit of a resource may take when it runs because of a cancellation; one that is
    /// still running then is dropped, and reported with its name and that of its task.
    ///
    /// The time counts from the beginning of the exit. What the dropped exit was about to clean up by
    /// itself, and the exits that wait for it outside of it, run all the same, each with the full
    /// grace. An exit whose body has ended is ordinary code, and takes as long as it takes; cancelled
    /// half-way, it has the grace from then on, as what is left of a [`shield`](crate::shield()) has. A
    /// blocking call is waited for: see [`to_thread`](crate::to_thread).
    ///
    /// Default: none, and an exit may take as long as it wants; only at the end of the run the
    /// [`shutdown_timeout`](Self::shutdown_timeout) bounds it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use std::time::Duration;
    /// use taipan::{ReportKind, Runtime, closing, timeout, with};
    ///
    /// let log = Arc::new(Mutex::new(Vec::new()));
    /// let reports = Arc::clone(&log);
    /// let hook = move |report: &taipan::Report| reports.lock().unwrap().push(report.kind());
    /// let runtime = Runtime::builder().grace(Duration::from_millis(5)).error_hook(hook).build();
    /// runtime.run(async {
    ///     let server = closing("server", |_| std::future::pending::<()>()); // it never says goodbye
    ///     let talk = with(server, async |_| std::future::pending::<()>().await);
    ///     assert!(timeout(Duration::ZERO, talk).await.is_err());
    /// });
    /// assert_eq!(*log.lock().unwrap(), [ReportKind::HungExit]);
    /// ```
    #[doc(alias = "CancelScope")]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.config.grace = Some(grace);
        self
    }

    /// Sets who is told of errors that nobody can receive: panics and errors of tasks without a
    /// handle, cleanups that could not run, tasks and exits that did not end in time.
    ///
    /// Default: they are printed to standard error. The hook may be called on any thread; a panic in it
    /// is caught, and the report then printed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    ///
    /// let log = Arc::new(Mutex::new(Vec::new()));
    /// let reports = Arc::clone(&log);
    /// let hook = move |report: &taipan::Report| reports.lock().unwrap().push(report.message().to_owned());
    /// taipan::Runtime::builder().threads(1).error_hook(hook).build().run(async {
    ///     taipan::spawn(async { Err::<(), _>("no route") }).detach();
    ///     taipan::yield_now().await; // the task runs, and fails
    /// });
    /// assert_eq!(*log.lock().unwrap(), ["no route"]);
    /// ```
    #[doc(alias = "set_exception_handler")]
    pub fn error_hook(mut self, hook: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.config.hook = Some(Arc::new(hook));
        self
    }

    /// Returns the runtime.
    #[must_use]
    pub fn build(self) -> Runtime {
        Runtime { config: self.config }
    }
}
