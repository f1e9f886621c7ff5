//! What `#[taipan::test]` calls.
//!
//! The body runs on a thread of its own, and the harness's thread waits for it: so a test that hangs fails
//! with the list of its tasks, even when it hangs inside a poll. All seeds of a test run on that one thread, each in a
//! runtime of its own, until one fails.

use std::any::Any;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::TestOptions;
use super::deadlock::{deadlock, list};
use super::seeds::Seeds;
use crate::current;
use crate::runtime::{Config, End, Rehearsal, launch};
use crate::task::Core;
use crate::time::TestClock;

/// A test that slept for longer than this, for real, is told of virtual time.
const LONG: Duration = Duration::from_secs(1);

/// Runs the body of a test, with the seeds that its options and the environment say; gives the value of the last run.
/// Panics if one panics, or if all do not end in time.
#[track_caller]
pub fn test<F>(options: TestOptions, body: impl Fn() -> F + Send + 'static) -> Result<(), String>
where
    F: Future<Output = Result<(), String>> + 'static,
{
    options.check();
    let outcome = run(&options, Seeds::of(&options), body, Result::is_err);
    if let Some(repeat) = &outcome.repeat {
        eprintln!("{repeat}");
    }
    if let Some(hint) = hint(outcome.slept) {
        // Past the harness, which shows what it has caught of a test only if that fails. There is nobody to tell if
        // this cannot be written.
        let _ = writeln!(io::stderr(), "{hint}");
    }
    outcome.value()
}

/// As [`test`], without the environment; tells how it went instead of failing.
#[track_caller]
pub fn try_test<F>(
    options: TestOptions,
    body: impl Fn() -> F + Send + 'static,
) -> Outcome<F::Output>
where
    F: Future<Output: Send + 'static> + 'static,
{
    options.check();
    run(&options, Seeds::asked(&options), body, |_| false)
}

/// As [`test`], without the environment, for a body that can run only once.
#[track_caller]
pub fn test_once<F>(options: TestOptions, body: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F: Future<Output: Send + 'static> + 'static,
{
    options.check();
    assert!(options.seeds.is_none(), "this body runs once: `seed` may be given, `seeds` not");
    let mut body = Some(body);
    let once = move || match body.take() {
        Some(body) => body(),
        None => unreachable!("there is one run"),
    };
    run(&options, Seeds::asked(&options), once, |_| false).value()
}

/// How a test went.
#[derive(Debug)]
pub struct Outcome<T> {
    result: Result<T, Failure>,
    repeat: Option<String>,
    slept: Duration,
}

#[derive(Debug)]
enum Failure {
    /// The test's own.
    Panic(Box<dyn Any + Send>),
    /// What the harness has to say.
    Words(String),
}

impl<T> Outcome<T> {
    /// The value of the last run.
    #[track_caller]
    fn value(self) -> T {
        match self.result {
            Ok(value) => value,
            Err(Failure::Panic(payload)) => resume_unwind(payload),
            Err(Failure::Words(words)) => panic!("{words}"),
        }
    }

    /// How the run that failed is repeated, if it had a seed.
    pub fn repeat(&self) -> Option<&str> {
        self.repeat.as_deref()
    }

    /// For how long all its tasks waited, in real time, for a timer.
    pub fn slept(&self) -> Duration {
        self.slept
    }

    /// What it failed with; `None`: it passed, or panicked with something else than words.
    pub fn failure(&self) -> Option<&str> {
        match self.result.as_ref().err()? {
            Failure::Words(words) => Some(words),
            Failure::Panic(payload) => {
                let text = payload.downcast_ref::<String>().map(String::as_str);
                text.or_else(|| payload.downcast_ref::<&str>().copied())
            }
        }
    }
}

/// The run that is under way.
#[derive(Default)]
struct Progress {
    seed: Option<u64>,
    core: Option<Arc<Core>>,
}

/// The runs of a test, on the test's thread; `failed` says of a value that it ends the seeds as a panic does.
#[track_caller]
fn run<F>(
    options: &TestOptions,
    seeds: Seeds,
    mut body: impl FnMut() -> F + Send + 'static,
    failed: fn(&F::Output) -> bool,
) -> Outcome<F::Output>
where
    F: Future<Output: Send + 'static> + 'static,
{
    let location = Location::caller();
    let progress = Arc::new(Mutex::new(Progress::default()));
    let theirs = Arc::clone(&progress);
    let settings = Settings::of(options, location);
    let runs = seeds.runs();
    let (done, ended) = mpsc::channel();
    // Named as the harness's thread, which has the test's name: so a panic says which test it was.
    let name = thread::current().name().unwrap_or("test").to_owned();
    let thread = thread::Builder::new().name(name).spawn(move || {
        let mut slept = Duration::ZERO;
        let mut last = None;
        for seed in runs {
            let run = settings.config();
            *theirs.lock().unwrap_or_else(PoisonError::into_inner) =
                Progress { seed, core: Some(Arc::clone(&run.core)) };
            let result = settings.run(run, seed, &mut body, &mut slept);
            let over = !result.as_ref().is_ok_and(|value| !failed(value));
            last = Some((result, over));
            if over {
                break;
            }
        }
        // If it is refused, the harness has given up on us: nobody is left to tell.
        let _ = done.send((last, slept));
    });
    let thread = match thread {
        Ok(thread) => thread,
        Err(error) => panic!("cannot start a thread for the test: {error}"),
    };
    let result = match options.timeout {
        Some(timeout) => ended.recv_timeout(timeout),
        None => ended.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    let progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
    let (result, over, slept) = match result {
        Ok((Some((result, over)), slept)) => {
            // Not before its thread has ended: what it leaves in thread locals belongs to the test.
            drop(thread.join());
            (result, over, slept)
        }
        Err(RecvTimeoutError::Timeout) => {
            let words = format!(
                "the test did not end within {:?}; alive:\n{}",
                options.timeout.unwrap_or_default(),
                progress.core.as_deref().map(list).unwrap_or_default()
            );
            (Err(Failure::Words(words)), true, Duration::ZERO)
        }
        Ok((None, _)) | Err(RecvTimeoutError::Disconnected) => panic!("the test's thread has gone"),
    };
    let repeat = progress.seed.filter(|_| over).map(|seed| seeds.repeat(seed));
    Outcome { result, repeat, slept }
}

/// What all runs of a test have in common.
struct Settings {
    threads: usize,
    virtual_time: bool,
    grace: Option<Duration>,
    hook: Option<fn(&crate::report::Report)>,
    location: &'static Location<'static>,
}

/// What one run is made with.
struct Run {
    config: Config,
    core: Arc<Core>,
    /// `None`: several threads run it, as they run a program.
    clock: Option<Arc<TestClock>>,
}

impl Settings {
    fn of(options: &TestOptions, location: &'static Location<'static>) -> Settings {
        let TestOptions { threads, virtual_time, grace, error_hook: hook, .. } = *options;
        Settings { threads, virtual_time, grace, hook, location }
    }

    fn config(&self) -> Run {
        let mut config =
            Config { threads: Some(self.threads), grace: self.grace, ..Config::default() };
        config.hook = self.hook.map(|hook| Arc::new(hook) as _);
        let clock = match (self.threads, self.virtual_time) {
            (_, true) => Some(TestClock::still()),
            (1, false) => Some(TestClock::running()),
            _ => None,
        };
        let clock = clock.map(Arc::new);
        config.clock = clock.clone().map(|clock| clock as _);
        Run { core: config.core(), config, clock }
    }

    /// One run, on this thread.
    fn run<F>(
        &self,
        run: Run,
        seed: Option<u64>,
        body: &mut impl FnMut() -> F,
        slept: &mut Duration,
    ) -> Result<F::Output, Failure>
    where
        F: Future<Output: Send + 'static> + 'static,
    {
        // Chance is the same in each run of a test.
        current::seed_random(seed.unwrap_or(0));
        let Run { config, core, clock } = run;
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let Some(clock) = clock else {
                let pending = |_| std::future::pending();
                return Ok(launch(&config, core, self.location, body(), pending));
            };
            let rehearsal = Rehearsal { clock, shuffled: seed.is_some(), stuck: deadlock };
            let rehearsed = rehearsal.run(&config, &core, self.location, body());
            *slept += rehearsed.slept;
            rehearsed.end
        }));
        match ended {
            Ok(Ok(End::Value(value))) => Ok(value),
            Ok(Ok(End::Cancelled)) => unreachable!("nobody has a handle to cancel a test with"),
            Ok(Err(words)) => Err(Failure::Words(words)),
            Err(payload) => Err(Failure::Panic(payload)),
        }
    }
}

/// What is told of a test that slept for so long in real time.
fn hint(slept: Duration) -> Option<String> {
    let name = thread::current().name().unwrap_or("this test").to_owned();
    (slept > LONG).then(|| {
        let slept = slept.as_secs_f64();
        format!(
            "{name} slept {slept:.1} s for real: `#[taipan::test(virtual_time)]` makes that nothing"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{spawn, spawn_local, yield_now};

    // What a task was polled with keeps its memory, and through that the runtime.
    #[test]
    fn a_run_leaves_nothing_of_its_runtime() {
        let options = TestOptions { virtual_time: true, ..TestOptions::default() };
        let settings = Settings::of(&options, Location::caller());
        let run = settings.config();
        let core = Arc::downgrade(&run.core);
        let mut body = || async {
            spawn(yield_now()).await.unwrap();
            spawn_local(yield_now()).await.unwrap();
            drop(spawn(std::future::pending::<()>())); // the end of main ends it
        };
        let mut slept = Duration::ZERO;
        let ended = settings.run(run, None, &mut body, &mut slept);
        assert!(ended.is_ok());
        assert!(core.upgrade().is_none());
    }

    #[test]
    fn only_a_long_sleep_gets_a_hint() {
        assert_eq!(hint(Duration::from_secs(1)), None);
        let name = "testing::harness::tests::only_a_long_sleep_gets_a_hint";
        let hint = hint(Duration::from_millis(3040)).unwrap();
        let rest = "slept 3.0 s for real: `#[taipan::test(virtual_time)]` makes that nothing";
        assert_eq!(hint, format!("{name} {rest}"));
    }
}
