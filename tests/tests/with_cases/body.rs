//! The ways in which a body can end by itself, and several resources at once.

use std::future::{pending, ready};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use futures_lite::FutureExt;
use taipan::with::{closing, finally, try_with, with};
use taipan::{spawn_local, timeout, yield_now};
use taipan_tests::{Gate, Log};

use crate::support::{Logged, check, check_anywhere, check_not_send, failing, logged, yields};

#[test]
fn a_body_that_returns() {
    check_anywhere(
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
    check_anywhere(
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

// What had been entered by then exits; what failed to enter has no exit.
#[test]
fn an_enter_that_fails() {
    check_anywhere(
        async |log| {
            let value = try_with(logged(&log, "a"), async |_| {
                let b: Logged = Err("no b".to_owned())?;
                with(b, async |_| log.add("never")).await
            });
            assert_eq!(value.await, Err("no b".to_owned()));
            log.add("end");
        },
        "+a -a a:Failed end",
    );
}

#[test]
fn a_body_that_panics() {
    check_anywhere(
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
    check_anywhere(
        async |log| {
            let value = with(failing(&log, "a", "not flushed"), async |_| 7).await;
            assert_eq!(value, Err("not flushed".to_owned()));
        },
        "+a -a a:Returned",
    );
}

#[test]
fn the_error_of_a_body_goes_before_that_of_its_exit_which_is_reported() {
    check(
        async |log| {
            let body = async |_: &mut _| Err::<(), _>("body".to_owned());
            let value = try_with(failing(&log, "a", "exit"), body).await;
            assert_eq!(value, Err("body".to_owned()));
            log.add("end");
        },
        "+a -a a:Failed !Exit:exit end",
    );
}

// F128, H158: asyncio lets it take the place of the timeout. Here that is told as well: its error goes to the hook.
#[test]
fn the_error_of_a_cancelled_exit_is_reported() {
    check(
        async |log| {
            let held = with(failing(&log, "a", "exit"), async |_| pending().await);
            let cut: Result<Result<(), _>, _> = timeout(Duration::ZERO, held).await;
            assert!(cut.is_err());
            log.add("end");
        },
        "+a -a a:Cancelled !Exit:exit end",
    );
}

#[test]
fn a_vector_of_resources_ends_in_reverse_and_gives_the_first_error() {
    check_anywhere(
        async |log| {
            let resources =
                vec![logged(&log, "a"), logged(&log, "b"), failing(&log, "c", "c failed")];
            let value = with(resources, async |all| all.len()).await;
            assert_eq!(value, Err("c failed".to_owned()));
        },
        "+a +b +c -c c:Returned -b b:Returned -a a:Returned",
    );
}

#[test]
fn a_tuple_and_an_option_are_resources() {
    check_anywhere(
        async |log| {
            let resources = (Some(logged(&log, "a")), None::<Logged>, Some(logged(&log, "b")));
            with(resources, async |_| log.add("body")).await.unwrap();
        },
        "+a +b body -b b:Returned -a a:Returned",
    );
}

#[test]
fn finally_runs_on_the_good_path_and_on_cancellation() {
    check_anywhere(
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

// Only what the exit owns has to be `Send`.
#[test]
fn a_body_that_is_not_send() {
    check_not_send(
        async |log| {
            let word = Rc::new("body");
            let held = with(logged(&log, "a"), async |_| {
                let inside = Rc::clone(&word);
                yields(2).await;
                log.add(*inside);
            });
            held.await.unwrap();
            let held = with(logged(&log, "b"), async |_| {
                let _inside = Rc::clone(&word);
                pending::<()>().await;
            });
            assert!(timeout(Duration::ZERO, held).await.is_err());
            assert_eq!(Rc::strong_count(&word), 1);
            log.add("end");
        },
        "+a body -a a:Returned +b -b b:Cancelled end",
    );
}

// What has to run on its own thread is a task there; its handle is `Send`, and so is the exit that waits for it.
#[test]
fn an_exit_that_is_not_send_runs_in_a_task_of_its_thread() {
    check(
        async |log| {
            let (told, home) = (Gate::new(), std::thread::current().id());
            let exit = spawn_local({
                let (log, told) = (log.clone(), told.clone());
                async move {
                    let here = Rc::new(std::thread::current().id());
                    told.pass().await;
                    yields(3).await;
                    log.add(if *here == home { "home" } else { "elsewhere" });
                }
            });
            let resource = closing((told, exit), |(told, exit)| async move {
                told.open();
                exit.await.unwrap();
            });
            let held = with(resource, async |_| pending::<()>().await);
            assert!(timeout(Duration::ZERO, held).await.is_err());
            log.add("end");
        },
        "home end",
    );
}
