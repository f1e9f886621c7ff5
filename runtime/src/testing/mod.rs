//! What `#[taipan::test]` calls.
//!
//! The body runs on a thread of its own, and the harness's thread waits for it: so a test that hangs fails
//! with the list of its tasks, even when it hangs inside a poll.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::current;
use crate::report::Report;
use crate::runtime::{Config, End, launch};
use crate::task::Core;
use crate::time::VirtualClock;

/// The options of `#[taipan::test]`.
#[derive(Debug)]
pub struct TestOptions {
    /// How many threads run tasks.
    pub threads: usize,
    /// How long the test may take, in real time.
    pub timeout: Option<Duration>,
    /// How long an exit of cancelled code may take; `None`: as long as it wants.
    pub grace: Option<Duration>,
    /// Whether time jumps to the next timer when every task waits.
    pub virtual_time: bool,
    /// Who is told of errors that nobody can receive; `None`: standard error.
    pub error_hook: Option<fn(&Report)>,
}

impl Default for TestOptions {
    fn default() -> Self {
        TestOptions {
            threads: 1,
            timeout: None,
            grace: None,
            virtual_time: false,
            error_hook: None,
        }
    }
}

/// Runs the body of a test and returns its value; panics if it panics, or does not end in time.
#[track_caller]
pub fn test<F>(options: TestOptions, body: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F: Future<Output: Send + 'static>,
{
    assert!(options.threads > 0, "`threads` must be at least 1");
    assert!(options.threads == 1 || !options.virtual_time, "virtual time is single-threaded");
    let location = Location::caller();
    let mut config =
        Config { threads: Some(options.threads), grace: options.grace, ..Config::default() };
    config.hook = options.error_hook.map(|hook| Arc::new(hook) as _);
    if options.virtual_time {
        config.clock = Some(Arc::new(VirtualClock::new()));
    }
    let core = config.core();
    let theirs = Arc::clone(&core);
    let (done, ended) = mpsc::channel();
    // Named as the harness's thread, which has the test's name: so a panic says which test it was.
    let name = thread::current().name().unwrap_or("test").to_owned();
    let thread = thread::Builder::new().name(name).spawn(move || {
        // Chance is the same in each run of a test.
        current::seed_random(0);
        let run = || launch(&config, theirs, location, body(), |_| std::future::pending());
        let result = catch_unwind(AssertUnwindSafe(run));
        // The harness has given up on us: nobody is left to tell.
        let _ = done.send(result);
    });
    let thread = match thread {
        Ok(thread) => thread,
        Err(error) => panic!("cannot start a thread for the test: {error}"),
    };
    let result = match options.timeout {
        Some(timeout) => ended.recv_timeout(timeout),
        None => ended.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match result {
        Ok(Ok(End::Value(value))) => {
            // Not before its thread has ended: what it leaves in thread locals belongs to the test.
            drop(thread.join());
            value
        }
        Ok(Ok(End::Cancelled)) => unreachable!("nobody has a handle to cancel a test with"),
        Ok(Err(payload)) => resume_unwind(payload),
        Err(RecvTimeoutError::Timeout) => panic!(
            "the test did not end within {:?}; alive:\n{}",
            options.timeout.unwrap_or_default(),
            list(&core)
        ),
        Err(RecvTimeoutError::Disconnected) => panic!("the test's thread has gone"),
    }
}

/// The live tasks, one a line.
fn list(core: &Core) -> String {
    let tasks = core.tasks();
    let lines = tasks.iter().map(|task| format!("  {task}: {}", task.state()));
    lines.collect::<Vec<_>>().join("\n")
}
