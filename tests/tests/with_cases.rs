//! Async exits on every path: who ends the body, and what the exit and the scope around it see.
//!
//! Each resource logs `+a` when it is made, `-a` when its exit begins, and `a:Outcome` when it has run,
//! three polls later: so a scope that did not wait would report before that.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_lite::FutureExt;
use taipan::with::{Outcome, Resource, finally, shield, try_with, with};
use taipan::{Runtime, Task, race, spawn, spawn_local, timeout, try_gather, yield_now};
use taipan_tests::{Gate, Log, poll_once};

/// A resource that logs, and whose exit may fail or panic.
struct Logged {
    name: &'static str,
    log: Log,
    exit: Result<(), &'static str>,
}

impl Resource for Logged {
    type Exit = Result<(), String>;

    async fn exit(self, outcome: Outcome) -> Self::Exit {
        self.log.add(format!("-{}", self.name));
        for _ in 0..3 {
            yield_now().await;
        }
        self.log.add(format!("{}:{outcome:?}", self.name));
        match self.exit {
            Err("panic") => panic!("exit of {}", self.name),
            exit => exit.map_err(str::to_owned),
        }
    }
}

fn logged(log: &Log, name: &'static str) -> Logged {
    log.add(format!("+{name}"));
    Logged { name, log: log.clone(), exit: Ok(()) }
}

/// Holds `a`, and in it `b`, until it is cancelled.
async fn hold(log: Log) {
    let outer = with(logged(&log, "a"), async |_| {
        let inner = with(logged(&log, "b"), async |_| pending::<()>().await).await;
        inner.unwrap();
    });
    outer.await.unwrap();
}

/// What `hold` logs when it is cancelled: inner before outer.
const HELD: &str = "+a +b";
const ENDED: &str = "-b b:Cancelled -a a:Cancelled";

/// Runs `case` on 1 and on 4 threads and compares the log.
fn check<F: AsyncFn(Log)>(case: F, expected: &str) {
    for threads in [1, 4] {
        let log = Log::new();
        Runtime::builder().threads(threads).build().run(case(log.clone()));
        assert_eq!(log.get(), expected, "on {threads} threads");
    }
}

// The ways a body can end.

#[test]
fn a_body_that_returns() {
    check(
        async |log| {
            let value = with(logged(&log, "a"), async |a| {
                a.log.add("body");
                7
            });
            assert_eq!(value.await, Ok(7));
            log.add("end");
        },
        "+a body -a a:Returned end",
    );
}

#[test]
fn a_body_that_fails() {
    check(
        async |log| {
            let value = try_with(logged(&log, "a"), async |_| -> Result<(), String> {
                Err("no".to_owned())?;
                Ok(())
            });
            assert_eq!(value.await, Err("no".to_owned()));
            log.add("end");
        },
        "+a -a a:Failed end",
    );
}

#[test]
fn a_body_that_panics() {
    check(
        async |log| {
            let panics = with(logged(&log, "a"), async |_| {
                let inner = with(logged(&log, "b"), async |_| -> () { panic!("boom") });
                inner.await.unwrap();
            });
            let payload = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"boom"));
            log.add("end");
        },
        "+a +b -b b:Panicked -a a:Panicked end",
    );
}

#[test]
fn the_error_of_an_exit_takes_the_place_of_the_value() {
    check(
        async |log| {
            let mut a = logged(&log, "a");
            a.exit = Err("not flushed");
            let value = with(a, async |_| 7).await;
            assert_eq!(value, Err("not flushed".to_owned()));
        },
        "+a -a a:Returned",
    );
}

#[test]
fn the_error_of_a_body_goes_before_that_of_its_exit_which_is_reported() {
    let reports = Log::new();
    let hook = {
        let reports = reports.clone();
        move |report: &taipan::Report| reports.add(report.message())
    };
    let result = Runtime::builder().error_hook(hook).build().run(async {
        let mut a = logged(&Log::new(), "a");
        a.exit = Err("exit");
        try_with(a, async |_| Err::<(), _>("body".to_owned())).await
    });
    assert_eq!((result, reports.get()), (Err("body".to_owned()), "exit".to_owned()));
}

#[test]
fn the_error_of_a_cancelled_exit_is_reported() {
    let reports = Log::new();
    let hook = {
        let reports = reports.clone();
        move |report: &taipan::Report| reports.add(report.message())
    };
    Runtime::builder().error_hook(hook).build().run(async {
        let mut a = logged(&Log::new(), "a");
        a.exit = Err("exit");
        let held = with(a, async |_| pending::<()>().await);
        assert!(timeout(Duration::ZERO, held).await.is_err());
    });
    assert_eq!(reports.get(), "exit");
}

#[test]
fn a_panic_of_an_exit_comes_out_of_with() {
    check(
        async |log| {
            let mut a = logged(&log, "a");
            a.exit = Err("panic");
            let panics = with(a, async |_| ());
            assert!(AssertUnwindSafe(panics).catch_unwind().await.is_err());
            log.add("end");
        },
        "+a -a a:Returned end",
    );
}

#[test]
fn a_panic_of_the_body_goes_before_that_of_its_exit() {
    check(
        async |log| {
            let mut a = logged(&log, "a");
            a.exit = Err("panic");
            let panics = with(a, async |_| -> () { panic!("body") });
            let payload = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"body"));
        },
        "+a -a a:Panicked",
    );
}

#[test]
fn a_panic_of_a_cancelled_exit_comes_out_of_the_scope_that_waits_and_stops_no_other() {
    check(
        async |log| {
            let mut b = logged(&log, "b");
            b.exit = Err("panic");
            let held = with(logged(&log, "a"), async |_| {
                with(b, async |_| pending::<()>().await).await.unwrap();
            });
            let cancelled = AssertUnwindSafe(timeout(Duration::ZERO, held)).catch_unwind().await;
            assert!(cancelled.is_err());
            log.add("end");
        },
        "+b +a -b b:Cancelled -a a:Cancelled end",
    );
}

// The ways a scope can be cancelled.

#[test]
fn by_a_timeout() {
    check(
        async |log| {
            assert!(timeout(Duration::ZERO, hold(log.clone())).await.is_err());
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_a_lost_race() {
    check(
        async |log| {
            race!(hold(log.clone()), ready(())).await;
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_a_sibling_that_fails() {
    check(
        async |log| {
            let held = async {
                hold(log.clone()).await;
                Ok::<_, &str>(())
            };
            let failed = try_gather!(held, async { Err::<(), _>("x") }).await;
            assert_eq!(failed, Err("x"));
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

/// Cancels a task that holds, and waits for it.
async fn cancel_and_wait(task: Task<()>, held: Gate, log: &Log) {
    held.pass().await;
    task.cancel();
    assert!(task.await.unwrap_err().is_cancelled());
    log.add("end");
}

/// Holds, and opens a gate once it does.
async fn hold_and_tell(log: Log, held: Gate) {
    let mut holds = pin!(hold(log));
    assert!(poll_once(holds.as_mut()).is_pending());
    held.open();
    holds.await;
}

#[test]
fn by_the_cancellation_of_its_task() {
    check(
        async |log| {
            let held = Gate::new();
            let task = spawn(hold_and_tell(log.clone(), held.clone()));
            cancel_and_wait(task, held, &log).await;
            let held = Gate::new();
            let task = spawn_local(hold_and_tell(log.clone(), held.clone()));
            cancel_and_wait(task, held, &log).await;
        },
        &format!("{HELD} {ENDED} end {HELD} {ENDED} end"),
    );
}

#[test]
fn by_the_end_of_main() {
    check(
        async |log| {
            let held = Gate::new();
            spawn(hold_and_tell(log.clone(), held.clone())).detach();
            held.pass().await;
            log.add("main");
        },
        &format!("{HELD} main {ENDED}"),
    );
}

#[test]
fn by_an_owner_that_is_cancelled() {
    check(
        async |log| {
            let held = Gate::new();
            let task = spawn(hold_and_tell(log.clone(), held.clone()));
            race!(async { drop(task.await) }, held.pass()).await;
            log.add("end");
        },
        &format!("{HELD} {ENDED} end"),
    );
}

#[test]
fn by_foreign_code_that_drops_it() {
    check(
        async |log| {
            let scope = async {
                {
                    let mut held = pin!(hold(log.clone()));
                    assert!(poll_once(held.as_mut()).is_pending());
                }
                log.add("beside"); // the exits run while this goes on
            };
            assert!(timeout(Duration::from_secs(3600), scope).await.is_ok());
            log.add("end");
        },
        &format!("{HELD} beside {ENDED} end"),
    );
}

// When.

#[test]
fn before_its_first_poll_nothing_is_entered_and_the_resource_is_a_plain_value() {
    check(
        async |log| {
            drop(with(logged(&log, "a"), async |_| log.add("never")));
            // On this thread, which runs nothing else meanwhile.
            let task = spawn_local(hold(log.clone()));
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
        },
        "+a",
    );
}

#[test]
fn an_exit_that_has_begun_goes_on_and_outer_exits_are_told() {
    check(
        async |log| {
            let body = with(logged(&log, "a"), async |_| {
                with(logged(&log, "b"), async |_| ()).await.unwrap();
                log.add("never");
            });
            // The timeout finds the inner exit half-way.
            assert!(timeout(Duration::ZERO, body).await.is_err());
            log.add("end");
        },
        "+a +b -b b:Returned -a a:Cancelled end",
    );
}

#[test]
fn siblings_end_concurrently() {
    check(
        async |log| {
            let both = async { taipan::gather!(holds_one(&log, "a"), holds_one(&log, "b")).await };
            assert!(timeout(Duration::ZERO, both).await.is_err());
            log.add("end");
        },
        "+a +b -a -b a:Cancelled b:Cancelled end",
    );
}

async fn holds_one(log: &Log, name: &'static str) {
    with(logged(log, name), async |_| pending::<()>().await).await.unwrap();
}

#[test]
fn a_resource_that_is_forgotten_holds_up_nobody() {
    check(
        async |log| {
            let forgets = async {
                let mut held = Box::pin(hold(log.clone()));
                assert!(poll_once(held.as_mut()).is_pending());
                std::mem::forget(held);
                pending::<()>().await;
            };
            assert!(timeout(Duration::ZERO, forgets).await.is_err());
            log.add("end");
        },
        &format!("{HELD} end"),
    );
}

// Several at once.

#[test]
fn a_vector_of_resources_ends_in_reverse_and_gives_the_first_error() {
    check(
        async |log| {
            let mut resources = vec![logged(&log, "a"), logged(&log, "b"), logged(&log, "c")];
            resources[2].exit = Err("c failed");
            let value = with(resources, async |all| all.len()).await;
            assert_eq!(value, Err("c failed".to_owned()));
        },
        "+a +b +c -c c:Returned -b b:Returned -a a:Returned",
    );
}

#[test]
fn a_tuple_and_an_option_are_resources() {
    check(
        async |log| {
            let resources = (Some(logged(&log, "a")), None::<Logged>, Some(logged(&log, "b")));
            with(resources, async |_| log.add("body")).await.unwrap();
        },
        "+a +b body -b b:Returned -a a:Returned",
    );
}

// finally and shield.

#[test]
fn finally_runs_on_the_good_path_and_on_cancellation() {
    check(
        async |log| {
            let cleanup = |log: Log| {
                move |outcome| async move {
                    yield_now().await;
                    log.add(format!("{outcome:?}"));
                }
            };
            assert_eq!(finally(ready(1), cleanup(log.clone())).await, 1);
            let cut = finally(pending::<()>(), cleanup(log.clone()));
            assert!(timeout(Duration::ZERO, cut).await.is_err());
            log.add("end");
        },
        "Returned Cancelled end",
    );
}

#[test]
fn a_shielded_future_that_has_begun_goes_on_and_the_timeout_waits() {
    check(
        async |log| {
            let theirs = log.clone();
            let work = shield(async move {
                theirs.add("begun");
                yield_now().await;
                theirs.add("done");
            });
            assert!(timeout(Duration::ZERO, work).await.is_err());
            log.add("end");
        },
        "begun done end",
    );
}

#[test]
fn a_shielded_future_that_has_not_begun_never_starts() {
    check(
        async |log| {
            let theirs = log.clone();
            drop(shield(async move { theirs.add("never") }));
            log.add("end");
        },
        "end",
    );
}
