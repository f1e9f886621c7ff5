//! The reason of a cancellation: who asked, why and where.
#![forbid(unsafe_code)]

use std::future::pending;

use taipan::{Handle, Runtime};
use taipan_tests::{Counter, bounded, counted};

#[path = "support/task.rs"]
mod support;
use support::everywhere;

// C64
#[test]
fn the_reason_says_who_why_and_where() {
    everywhere(|place| async move {
        let task = place.spawn(pending::<()>());
        let here = std::panic::Location::caller().line();
        task.cancel_with("the user left");
        let error = task.await.unwrap_err();
        let reason = error.reason().unwrap();
        assert_eq!((reason.message(), reason.by()), (Some("the user left"), Some("main")));
        let line = reason.location().unwrap();
        assert!(line.file().ends_with("task_reason.rs"));
        assert_eq!(line.line(), here + 1);
        let said = format!("was cancelled: the user left (asked by `main` at {line})");
        assert!(error.to_string().ends_with(&said), "{error}");

        let task = place.spawn(pending::<()>());
        task.cancel();
        let error = task.await.unwrap_err();
        assert_eq!(error.reason().unwrap().message(), None);
        assert!(error.to_string().contains("was cancelled (asked by `main` at "), "{error}");
    });
}

#[test]
fn a_foreign_thread_cancels_under_no_name() {
    everywhere(|place| async move {
        let mut task = place.spawn(pending::<()>());
        std::thread::scope(|scope| scope.spawn(|| assert!(task.cancel())).join().unwrap());
        let error = (&mut task).await.unwrap_err();
        assert_eq!(error.reason().unwrap().by(), None);
        assert!(error.reason().unwrap().location().is_some());
    });
}

// C66, C68, C75: a level and no counter: two are one, and the first reason stays.
#[test]
fn the_first_reason_stays() {
    everywhere(|place| async move {
        let (polls, drops) = (Counter::new(), Counter::new());
        let task = place.spawn(counted(pending::<()>(), &polls, &drops));
        assert!(task.cancel_with("first"));
        task.cancel_with("second");
        task.cancel();
        let error = task.await.unwrap_err();
        assert_eq!(error.reason().unwrap().message(), Some("first"));
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn a_handle_spawns_a_task_that_can_be_cancelled_from_its_thread() {
    bounded(|| {
        Runtime::builder().threads(1).build().run(async {
            let handle = Handle::current();
            let thread = move || {
                let task = handle.spawn(pending::<()>()).unwrap();
                assert!(task.cancel_with("from outside"));
                task
            };
            let task = taipan::to_thread(thread).await;
            let error = task.await.unwrap_err();
            assert_eq!(error.reason().unwrap().message(), Some("from outside"));
        });
    });
}
