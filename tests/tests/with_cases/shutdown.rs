//! The end of the run: what main leaves behind, what its exits spawn, what does not end, what comes too late.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::Duration;

use taipan::with::{closing, finally, with};
use taipan::{Task, spawn, spawn_local};
use taipan_tests::{Gate, Log, bounded, poll_once};

use crate::support::{
    ENDED, HELD, PLACES, check, held, hold, hold_and_tell, logged, runtime, yields,
};

/// Leaves a task that holds: one of any worker, or one of this thread.
async fn leave(log: &Log, local: bool) {
    let held = Gate::new();
    let body = hold_and_tell(log.clone(), held.clone());
    let task = if local { spawn_local(body) } else { spawn(body) };
    task.detach();
    held.pass().await;
}

// Whoever has left it: main, or a task that has ended meanwhile.
#[test]
fn the_end_of_main_ends_the_tasks() {
    for local in [false, true] {
        for (place, threads) in PLACES {
            let log = place.run(threads, move |log| async move { leave(&log, local).await });
            assert_eq!(log, format!("{HELD} {ENDED}"), "{place:?} on {threads} threads");
        }
    }
}

// Main's own exits come first, then those of the tasks, then its panic.
#[test]
fn the_panic_of_main_ends_the_tasks() {
    for local in [false, true] {
        for threads in [1, 4] {
            let log = Log::new();
            let theirs = log.clone();
            let ended = bounded(move || {
                let main = async {
                    leave(&theirs, local).await;
                    let panics = with(logged(&theirs, "m"), async |_| -> () { panic!("boom") });
                    panics.await.unwrap();
                };
                catch_unwind(AssertUnwindSafe(|| runtime(threads, &theirs).run(main)))
            });
            assert_eq!(ended.unwrap_err().downcast_ref::<&str>(), Some(&"boom"));
            assert_eq!(log.get(), format!("{HELD} +m -m m:Panicked {ENDED}"));
        }
    }
}

// The last thing that main does is to drop it: main is a scope as well.
#[test]
fn main_waits_for_what_it_dropped_last() {
    check(
        async |log| {
            let _held = held(&log);
        },
        &format!("{HELD} {ENDED}"),
    );
}

// It lives, in the middle of the shutdown: the exit needs it. What it leaves running is cancelled next.
#[test]
fn an_exit_at_the_end_spawns_tasks() {
    for local in [false, true] {
        for (place, threads) in PLACES {
            let log = place.run(threads, move |log| async move {
                let held = Gate::new();
                let exit = move |log: Log| async move {
                    let helper = {
                        let log = log.clone();
                        async move {
                            yields(3).await;
                            log.add("helper");
                        }
                    };
                    spawn(helper).await.unwrap();
                    leave(&log, local).await;
                    log.add("exit");
                };
                let body = {
                    let held = held.clone();
                    with(closing(log, exit), async move |_: &mut _| {
                        held.open();
                        pending::<()>().await;
                    })
                };
                let task = if local { spawn_local(body) } else { spawn(body) };
                task.detach();
                held.pass().await;
            });
            let expected = format!("helper {HELD} exit {ENDED}");
            assert_eq!(log, expected, "{place:?} on {threads} threads");
        }
    }
}

// The run gives up after the shutdown timeout, and names the task; the exits that did end have run.
#[test]
fn an_exit_that_hangs_holds_up_the_run_no_longer_than_the_shutdown_timeout() {
    for local in [false, true] {
        for threads in [1, 4] {
            let log = Log::new();
            let theirs = log.clone();
            bounded(move || {
                let reports = theirs.clone();
                let hook = move |report: &taipan::Report| {
                    let name = report.task_name().unwrap();
                    reports.add(format!("!{:?}:{name}", report.kind()));
                };
                let runtime = taipan::Runtime::builder().threads(threads).error_hook(hook);
                runtime.shutdown_timeout(Duration::from_millis(250)).build().run(async {
                    leave(&theirs, local).await;
                    let (held, log) = (Gate::new(), theirs.clone());
                    let body = {
                        let held = held.clone();
                        async move {
                            held.open();
                            pending::<()>().await;
                        }
                    };
                    let exit = |_| async move {
                        log.add("hangs");
                        pending::<()>().await;
                    };
                    let hangs = finally(body, exit);
                    let task = Task::builder().name("stuck");
                    let task = if local { task.spawn_local(hangs) } else { task.spawn(hangs) };
                    task.detach();
                    held.pass().await;
                });
            });
            let log = log.get();
            let mut words: Vec<_> = log.split(' ').collect();
            // It hangs beside the exits of the other task.
            let hangs = words.iter().position(|&word| word == "hangs").unwrap();
            assert!(hangs >= 2, "{log}");
            words.remove(hangs);
            // The task is named, and the exit that is given up with it.
            let reports = "!Straggler:stuck !LostCleanup:stuck";
            assert_eq!(words.join(" "), format!("{HELD} {ENDED} {reports}"));
        }
    }
}

// The runtime of the guards has ended: nobody can run their exits, and its hook is told of each.
#[test]
fn a_resource_that_is_dropped_after_the_run() {
    for threads in [1, 4] {
        let log = Log::new();
        let mut held = Box::pin(hold(log.clone()));
        runtime(threads, &log).run(async { assert!(poll_once(held.as_mut()).is_pending()) });
        assert_eq!(log.get(), HELD);
        drop(held);
        assert_eq!(log.get(), format!("{HELD} !LostCleanup !LostCleanup"));
    }
}

// The same under another runtime: there it is dropped inside a scope, which runs the exits and waits for them.
#[test]
fn a_resource_that_is_dropped_in_the_next_run() {
    for threads in [1, 4] {
        let log = Log::new();
        let mut held = Box::pin(hold(log.clone()));
        runtime(threads, &log).run(async { assert!(poll_once(held.as_mut()).is_pending()) });
        runtime(threads, &log).run(async move { drop(held) });
        assert_eq!(log.get(), format!("{HELD} {ENDED}"));
    }
}

#[test]
fn without_a_hook_standard_error_is_told_of_a_drop_after_the_run() {
    let program = Command::new(env!("CARGO_BIN_EXE_run_child")).arg("dropped after run").output();
    let program = program.unwrap();
    assert!(program.status.success());
    let (said, told) = (program.stdout, String::from_utf8(program.stderr).unwrap());
    assert_eq!(String::from_utf8(said).unwrap(), "ready\n");
    let lost = told.lines().filter(|line| line.contains("no runtime is left to run it"));
    assert_eq!((lost.count(), told.lines().count()), (2, 2), "{told}");
}
