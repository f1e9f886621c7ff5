//! The resource that logs, and the places in which a case runs.

use std::future::pending;
use std::pin::{Pin, pin};

use taipan::with::{Outcome, Resource, with};
use taipan::{Report, ReportKind, Runtime, spawn, spawn_local, yield_now};
use taipan_tests::{Gate, Log, bounded, poll_once};

/// A resource that logs, and whose exit may fail or panic.
pub(crate) struct Logged {
    pub(crate) name: &'static str,
    pub(crate) log: Log,
    pub(crate) exit: Result<(), &'static str>,
}

impl Resource for Logged {
    type Exit = Result<(), String>;

    async fn exit(self, outcome: Outcome) -> Self::Exit {
        self.log.add(format!("-{}", self.name));
        yields(3).await;
        self.log.add(format!("{}:{outcome:?}", self.name));
        match self.exit {
            Err("panic") => panic!("exit of {}", self.name),
            exit => exit.map_err(str::to_owned),
        }
    }
}

pub(crate) fn logged(log: &Log, name: &'static str) -> Logged {
    log.add(format!("+{name}"));
    Logged { name, log: log.clone(), exit: Ok(()) }
}

/// A resource whose exit fails with `error`; with the word `panic` it panics.
pub(crate) fn failing(log: &Log, name: &'static str, error: &'static str) -> Logged {
    Logged { exit: Err(error), ..logged(log, name) }
}

/// Holds a resource until it is cancelled.
pub(crate) async fn holds(log: Log, name: &'static str) {
    with(logged(&log, name), async |_| pending::<()>().await).await.unwrap();
}

/// Holds `a`, and in it `b`, until it is cancelled.
pub(crate) async fn hold(log: Log) {
    let outer = with(logged(&log, "a"), async |_| holds(log.clone(), "b").await);
    outer.await.unwrap();
}

/// What `hold` logs, and what it logs when it is cancelled: inner before outer.
pub(crate) const HELD: &str = "+a +b";
pub(crate) const ENDED: &str = "-b b:Cancelled -a a:Cancelled";

/// `hold`, as it is after its first poll.
pub(crate) fn held(log: &Log) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let mut held = Box::pin(hold(log.clone()));
    assert!(poll_once(held.as_mut()).is_pending());
    held
}

/// Runs `hold`, and opens `held` once it does.
pub(crate) async fn hold_and_tell(log: Log, held: Gate) {
    let mut holds = pin!(hold(log));
    assert!(poll_once(holds.as_mut()).is_pending());
    held.open();
    holds.await;
}

/// Ready after so many polls.
pub(crate) async fn yields(times: usize) {
    for _ in 0..times {
        yield_now().await;
    }
}

/// Where a case runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// In `run` itself.
    Main,
    /// In a task of any worker.
    Spawned,
    /// In a task of its own thread.
    Local,
}

impl Place {
    /// Runs `case` in this place of a runtime of its own; gives the log. A report to the error hook is
    /// logged as `!Kind:message` (a lost cleanup as its kind alone), so that a case that causes one without saying so fails.
    pub(crate) fn run<C, F>(self, threads: usize, case: C) -> String
    where
        C: FnOnce(Log) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let log = Log::new();
        let theirs = log.clone();
        bounded(move || {
            runtime(threads, &theirs).run(async move {
                match self {
                    Place::Main => case(theirs).await,
                    Place::Spawned => spawn(case(theirs)).await.unwrap(),
                    Place::Local => spawn_local(case(theirs)).await.unwrap(),
                }
            });
        });
        log.get()
    }
}

/// A runtime whose reports are logged.
pub(crate) fn runtime(threads: usize, log: &Log) -> Runtime {
    let log = log.clone();
    let hook = move |report: &Report| {
        log.add(match report.kind() {
            ReportKind::LostCleanup => "!LostCleanup".to_owned(),
            kind => format!("!{kind:?}:{}", report.message()),
        });
    };
    Runtime::builder().threads(threads).error_hook(hook).build()
}

/// The places with the numbers of threads.
pub(crate) const PLACES: [(Place, usize); 6] = [
    (Place::Main, 1),
    (Place::Main, 4),
    (Place::Spawned, 1),
    (Place::Spawned, 4),
    (Place::Local, 1),
    (Place::Local, 4),
];

/// Runs `case` in all places of a runtime, and compares the log.
#[track_caller]
pub(crate) fn check<C, F>(case: C, expected: &str)
where
    C: Fn(Log) -> F + Copy + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    for (place, threads) in PLACES {
        assert_eq!(place.run(threads, case), expected, "{place:?} on {threads} threads");
    }
}

/// As [`check`], and without any runtime as well.
#[track_caller]
pub(crate) fn check_anywhere<C, F>(case: C, expected: &str)
where
    C: Fn(Log) -> F + Copy + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    check(case, expected);
    check_without_runtime(case, expected);
}

/// As [`check_anywhere`], for a case that is not `Send`: in main, in a task of its own thread, and without a
/// runtime.
#[track_caller]
pub(crate) fn check_not_send<C, F>(case: C, expected: &str)
where
    C: Fn(Log) -> F + Copy + Send + 'static,
    F: Future<Output = ()> + 'static,
{
    for threads in [1, 4] {
        for local in [false, true] {
            let log = Log::new();
            let theirs = log.clone();
            bounded(move || {
                runtime(threads, &theirs).run(async move {
                    if local {
                        spawn_local(case(theirs)).await.unwrap();
                    } else {
                        case(theirs).await;
                    }
                });
            });
            assert_eq!(log.get(), expected, "local: {local}, on {threads} threads");
        }
    }
    check_without_runtime(case, expected);
}

#[track_caller]
fn check_without_runtime<C, F>(case: C, expected: &str)
where
    C: Fn(Log) -> F + Send + 'static,
    F: Future<Output = ()>,
{
    let log = Log::new();
    let theirs = log.clone();
    bounded(move || futures_lite::future::block_on(case(theirs)));
    assert_eq!(log.get(), expected, "without a runtime");
}
