//! A resource that is dropped where no scope is, on a thread that is not the runtime's: its exit becomes a task
//! of the runtime, which nothing cancels, and which the run waits for.
#![forbid(unsafe_code)]

use std::future::pending;
use std::thread;

use taipan::task::TaskKind;
use taipan::{Runtime, closing, tasks, with, yield_now};
use taipan_tests::{Log, bounded, poll_once};

/// Enters a resource, and drops it on a thread of its own. Its exit takes three polls.
fn orphan(log: &Log) {
    let log = log.clone();
    let resource = closing(log, |log| async move {
        log.add("exit");
        for _ in 0..3 {
            yield_now().await;
        }
        log.add("done");
    });
    let mut held = Box::pin(with(resource, async |_| pending::<()>().await));
    assert!(poll_once(held.as_mut()).is_pending());
    thread::spawn(move || drop(held)).join().unwrap();
}

fn check(case: impl AsyncFnOnce(Log) + Send + Clone + 'static, expected: &'static str) {
    for threads in [1, 4] {
        let (log, case) = (Log::new(), case.clone());
        bounded(move || {
            Runtime::builder().threads(threads).build().run(case(log.clone()));
            assert_eq!(log.get(), expected, "on {threads} threads");
        });
    }
}

#[test]
fn it_runs_beside_the_others() {
    check(
        async |log| {
            orphan(&log);
            while tasks().iter().any(|task| task.kind() == TaskKind::Cleanup) {
                yield_now().await;
            }
            log.add("gone");
        },
        "exit done gone",
    );
}

#[test]
fn the_end_of_main_waits_for_it_and_does_not_cancel_it() {
    check(
        async |log| {
            // On its thread it has not begun by then.
            orphan(&log);
        },
        "exit done",
    );
}
