//! The grace of exits: how long one may take once its code was cancelled, and what is told of one that is
//! late. On the virtual clock, so that every time is exact.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::future::pending;
use std::time::Duration;

use taipan::__private::{TestOptions, test_once as test};
use taipan::time::Instant;
use taipan::with::{Outcome, Resource, finally, shield, with};
use taipan::{Report, ReportKind, Task, TaskId, sleep, timeout, yield_now};
use taipan_tests::{Log, on_drop};

const GRACE: Duration = Duration::from_secs(5);

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// What the error hook was told.
struct Told {
    kind: ReportKind,
    task: Option<(TaskId, String, u32)>,
    text: String,
    message: String,
    /// The second of the test in which it was told.
    at: Instant,
}

thread_local! {
    // A test has a thread, and one only.
    static TOLD: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
}

fn tell(report: &Report) {
    let task = report.task_id().map(|id| {
        (id, report.task_name().unwrap(), report.location().map_or(0, std::panic::Location::line))
    });
    let told = Told {
        kind: report.kind(),
        task,
        text: report.to_string(),
        message: report.message().to_owned(),
        at: Instant::now(),
    };
    TOLD.with_borrow_mut(|all| all.push(told));
}

fn told() -> Vec<Told> {
    TOLD.take()
}

/// Runs `case` on the virtual clock.
fn on<F: Future<Output = ()> + 'static>(
    grace: impl Into<Option<Duration>>,
    case: impl FnOnce() -> F + Send + 'static,
) {
    let options = TestOptions {
        virtual_time: true,
        grace: grace.into(),
        error_hook: Some(tell),
        timeout: Some(secs(20)),
        ..TestOptions::default()
    };
    test(options, case);
}

/// A resource whose exit takes its time; it logs the beginning and the end of the exit.
struct Slow {
    name: &'static str,
    log: Log,
    takes: Duration,
}

impl Slow {
    fn new(log: &Log, name: &'static str, takes: Duration) -> Slow {
        Slow { name, log: log.clone(), takes }
    }
}

impl Resource for Slow {
    type Exit = ();

    async fn exit(self, outcome: Outcome) {
        self.log.add(format!("-{}", self.name));
        sleep(self.takes).await;
        self.log.add(format!("{}:{outcome:?}", self.name));
    }
}

/// Longer than any test.
const HANGS: Duration = Duration::MAX;

/// Holds a resource until it is cancelled.
async fn hold(resource: Slow) {
    with(resource, async |_| pending::<()>().await).await;
}

// A hung exit.

#[test]
fn an_exit_that_hangs_is_dropped_and_named() {
    on(GRACE, || async {
        let log = Log::new();
        let start = Instant::now();
        let line = line!() + 1;
        let task = Task::builder().name("holder").spawn(hold(Slow::new(&log, "a", HANGS)));
        yield_now().await;
        task.cancel();
        let id = task.id();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!((log.get().as_str(), start.elapsed()), ("-a", GRACE));

        let told = told();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].kind, ReportKind::HungExit);
        assert_eq!(told[0].task, Some((id, "holder".to_owned(), line)));
        let message =
            "the exit of `with_grace::Slow` was dropped: it did not end within the grace of 5s";
        assert_eq!(told[0].message, message);
        let place = format!("task `holder` (spawned at {}:{line}:", file!());
        assert!(told[0].text.starts_with(&place), "{}", told[0].text);
        assert!(told[0].text.ends_with(&format!("): {message}")), "{}", told[0].text);
    });
}

#[test]
fn its_time_counts_from_its_beginning_and_not_from_the_start_of_the_body() {
    on(GRACE, || async {
        let start = Instant::now();
        let held = hold(Slow::new(&Log::new(), "a", HANGS));
        assert!(timeout(secs(60), held).await.is_err());
        assert_eq!(start.elapsed(), secs(60) + GRACE);
        assert_eq!(told().len(), 1);
    });
}

#[test]
fn without_a_grace_the_scope_waits() {
    on(None, || async {
        let log = Log::new();
        let start = Instant::now();
        let held = hold(Slow::new(&log, "a", secs(3600)));
        assert!(timeout(secs(1), held).await.is_err());
        assert_eq!((log.get().as_str(), start.elapsed()), ("-a a:Cancelled", secs(3601)));
        assert_eq!(told().len(), 0);
    });
}

#[test]
fn an_exit_that_ends_just_in_time_has_ended() {
    on(GRACE, || async {
        let log = Log::new();
        let start = Instant::now();
        let held = hold(Slow::new(&log, "a", GRACE));
        assert!(timeout(secs(1), held).await.is_err());
        assert_eq!((log.get().as_str(), start.elapsed()), ("-a a:Cancelled", secs(1) + GRACE));
        assert_eq!(told().len(), 0);
    });
}

#[test]
fn an_exit_that_goes_on_and_on_is_dropped_as_well() {
    on(GRACE, || async {
        let resource = taipan::closing((), |()| async {
            for _ in 0..u64::MAX {
                yield_now().await;
                sleep(secs(1)).await;
            }
        });
        let held = with(resource, async |_| pending::<()>().await);
        let start = Instant::now();
        assert!(timeout(secs(1), held).await.is_err());
        assert_eq!((start.elapsed(), told().len()), (secs(1) + GRACE, 1));
    });
}

// Several exits.

#[test]
fn behind_a_hung_inner_exit_the_outer_one_has_its_full_grace() {
    on(GRACE, || async {
        let log = Log::new();
        let inner = Slow::new(&log, "b", HANGS);
        let held = with(Slow::new(&log, "a", secs(4)), async |_| hold(inner).await);
        let start = Instant::now();
        assert!(timeout(secs(1), held).await.is_err());
        assert_eq!(log.get(), "-b -a a:Cancelled");
        assert_eq!(start.elapsed(), secs(1) + GRACE + secs(4));
        assert_eq!(told().len(), 1);
    });
}

#[test]
fn each_of_two_nested_exits_that_hang_is_given_its_time() {
    on(GRACE, || async {
        let log = Log::new();
        let inner = Slow::new(&log, "b", HANGS);
        let held = with(Slow::new(&log, "a", HANGS), async |_| hold(inner).await);
        let start = Instant::now();
        assert!(timeout(secs(1), held).await.is_err());
        let times: Vec<_> = told().iter().map(|told| told.at - start).collect();
        assert_eq!(times, [secs(1) + GRACE, secs(1) + 2 * GRACE]);
        assert_eq!(log.get(), "-b -a");
    });
}

#[test]
fn siblings_hang_side_by_side() {
    on(GRACE, || async {
        let log = Log::new();
        let good = hold(Slow::new(&log, "c", secs(2)));
        let hung = |name| hold(Slow::new(&log, name, HANGS));
        let all = async { taipan::gather!(hung("a"), hung("b"), good).await };
        let start = Instant::now();
        assert!(timeout(secs(1), all).await.is_err());
        assert_eq!(start.elapsed(), secs(1) + GRACE);
        assert_eq!((log.get().as_str(), told().len()), ("-a -b -c c:Cancelled", 2));
    });
}

#[test]
fn what_a_dropped_exit_leaves_is_run_and_waited_for() {
    on(GRACE, || async {
        let log = Log::new();
        let theirs = log.clone();
        // An exit that holds a resource of its own, and hangs in its body.
        let resource = taipan::closing(log.clone(), |log| async move {
            let _local = on_drop(|| log.add("local"));
            hold(Slow::new(&log, "in", secs(3))).await;
        });
        let outer = Slow::new(&theirs, "out", secs(1));
        let held = with(outer, async |_| with(resource, async |_| pending::<()>().await).await);
        let start = Instant::now();
        assert!(timeout(secs(1), held).await.is_err());
        assert_eq!(log.get(), "local -in in:Cancelled -out out:Cancelled");
        assert_eq!(start.elapsed(), secs(1) + GRACE + secs(3) + secs(1));
        assert_eq!(told().len(), 1);
    });
}

#[test]
fn what_a_dropped_exit_leaves_has_a_grace_of_its_own() {
    on(GRACE, || async {
        let log = Log::new();
        let resource = taipan::closing(log.clone(), |log| async move {
            hold(Slow::new(&log, "in", HANGS)).await;
        });
        let held = with(resource, async |_| pending::<()>().await);
        let start = Instant::now();
        assert!(timeout(secs(1), held).await.is_err());
        let told = told();
        let times: Vec<_> = told.iter().map(|told| told.at - start).collect();
        assert_eq!(times, [secs(1) + GRACE, secs(1) + 2 * GRACE]);
        assert!(told[0].message.starts_with("the exit of `taipan_tests::Log` "));
        assert!(told[1].message.starts_with("the exit of `with_grace::Slow` "));
        assert_eq!(log.get(), "-in");
    });
}

// Exits that begin on the good path.

#[test]
fn an_exit_in_place_takes_as_long_as_it_takes() {
    on(GRACE, || async {
        let log = Log::new();
        let start = Instant::now();
        with(Slow::new(&log, "a", secs(3600)), async |_| ()).await;
        assert_eq!((log.get().as_str(), start.elapsed()), ("-a a:Returned", secs(3600)));
        assert_eq!(told().len(), 0);
    });
}

#[test]
fn an_exit_that_is_cancelled_half_way_has_its_grace_from_then_on() {
    on(GRACE, || async {
        let log = Log::new();
        let start = Instant::now();
        let good = with(Slow::new(&log, "a", secs(60) + GRACE), async |_| ());
        assert!(timeout(secs(60), good).await.is_err());
        assert_eq!((log.get().as_str(), start.elapsed()), ("-a a:Returned", secs(60) + GRACE));
        assert_eq!(told().len(), 0);

        let start = Instant::now();
        let late = with(Slow::new(&log, "b", secs(61) + GRACE), async |_| ());
        assert!(timeout(secs(60), late).await.is_err());
        assert_eq!(start.elapsed(), secs(60) + GRACE);
        assert_eq!((log.get().as_str(), told().len()), ("-a a:Returned -b", 1));
    });
}

#[test]
fn another_cancellation_gives_no_more_time() {
    on(GRACE, || async {
        let log = Log::new();
        let start = Instant::now();
        let inner = timeout(secs(1), hold(Slow::new(&log, "a", HANGS)));
        let outer = timeout(secs(3), async { inner.await.unwrap_err() });
        assert!(outer.await.is_err());
        // From the first one on, although the exit now belongs to another scope.
        assert_eq!(start.elapsed(), secs(1) + GRACE);
        assert_eq!((log.get().as_str(), told().len()), ("-a", 1));
    });
}

// What is no `with`.

#[test]
fn the_rest_of_a_shield_has_the_grace() {
    on(GRACE, || async {
        let start = Instant::now();
        let save = shield(async { sleep(secs(3600)).await });
        assert!(timeout(secs(60), save).await.is_err());
        assert_eq!(start.elapsed(), secs(60) + GRACE);
        let told = told();
        assert_eq!(told.len(), 1);
        let message = &told[0].message;
        let test = "with_grace::the_rest_of_a_shield_has_the_grace::";
        assert!(message.starts_with(&format!("the shielded future `{test}")), "{message}");
        assert_eq!(told[0].task.as_ref().unwrap().1, "main");

        // Not cancelled, it takes as long as it takes.
        assert_eq!(shield(async { sleep(secs(3600)).await }).await, ());
    });
}

#[test]
fn a_cleanup_of_finally_is_named_by_its_closure() {
    on(GRACE, || async {
        let cut = finally(pending::<()>(), |_| pending::<()>());
        assert!(timeout(secs(1), cut).await.is_err());
        let told = told();
        let message = &told[0].message;
        let test = "with_grace::a_cleanup_of_finally_is_named_by_its_closure::";
        assert!(message.starts_with(&format!("the exit of `{test}")), "{message}");
        assert!(message.contains("{{closure}}` was dropped"), "{message}");
    });
}

#[test]
fn the_macros_have_the_grace_and_the_names_of_the_functions() {
    on(GRACE, || async {
        let start = Instant::now();
        let held = async {
            taipan::with!(_slow = Slow::new(&Log::new(), "a", HANGS), {
                taipan::finally!({ pending::<()>().await }, async move |_| pending::<()>().await);
            });
        };
        assert!(timeout(secs(1), held).await.is_err());
        let told = told();
        let times: Vec<_> = told.iter().map(|told| told.at - start).collect();
        assert_eq!(times, [secs(1) + GRACE, secs(1) + 2 * GRACE]);
        let test = "with_grace::the_macros_have_the_grace_and_the_names_of_the_functions::";
        let (cleanup, exit) = (&told[0].message, &told[1].message);
        assert!(cleanup.starts_with(&format!("the exit of `{test}")), "{cleanup}");
        assert!(exit.starts_with("the exit of `with_grace::Slow` "), "{exit}");
    });
}

// Outside every scope: the cleanup is a task of its own.

#[test]
fn an_exit_that_nobody_waits_for_is_bounded_as_well() {
    on(GRACE, || async {
        let log = Log::new();
        let mut held = Box::pin(hold(Slow::new(&log, "a", HANGS)));
        assert!(taipan_tests::poll_once(held.as_mut()).is_pending());
        // No scope is on that thread's stack.
        let thread = std::thread::spawn(move || drop(held));
        thread.join().unwrap();
        let cleanup = taipan::tasks().into_iter().find(|task| task.name() == "with_grace::Slow");
        assert!(
            cleanup.unwrap().to_string().starts_with("cleanup `with_grace::Slow` (spawned at ")
        );
        let start = Instant::now();
        sleep(GRACE + secs(1)).await;
        let told = told();
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].at - start, told[0].task.is_none()), (GRACE, true));
        assert!(told[0].text.starts_with("the exit of `with_grace::Slow` was dropped"));
        assert_eq!(taipan::tasks().len(), 1);
    });
}

// As an option of the test attribute.

#[taipan::test(virtual_time, grace = 5s, timeout = 20s)]
async fn the_attribute_sets_it() {
    let start = Instant::now();
    let held = with(taipan::closing((), |()| pending::<()>()), async |_| pending::<()>().await);
    assert!(timeout(secs(1), held).await.is_err());
    assert_eq!(start.elapsed(), secs(1) + GRACE);
}
