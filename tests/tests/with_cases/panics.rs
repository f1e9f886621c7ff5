//! Panics on the way out: none stops another exit, none is lost, none ends the process.

use std::future::pending;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use futures_lite::FutureExt;
use taipan::with::with;
use taipan::{spawn, spawn_local, timeout};
use taipan_tests::{Gate, on_drop};

use crate::support::{check, check_anywhere, failing, holds, logged, yields};

#[test]
fn of_an_exit_comes_out_of_with() {
    check_anywhere(
        async |log| {
            let panics = with(failing(&log, "a", "panic"), async |_| ());
            let payload = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
            assert_eq!(payload.downcast_ref::<String>().unwrap(), "exit of a");
            log.add("end");
        },
        "+a -a a:Returned end",
    );
}

#[test]
fn of_the_body_goes_before_that_of_its_exit() {
    check_anywhere(
        async |log| {
            let panics = with(failing(&log, "a", "panic"), async |_| -> () { panic!("body") });
            let payload = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"body"));
        },
        "+a -a a:Panicked",
    );
}

#[test]
fn of_a_cancelled_exit_comes_out_of_the_scope_that_waits_and_stops_no_other() {
    check_anywhere(
        async |log| {
            let inner = failing(&log, "b", "panic");
            let held = with(logged(&log, "a"), async |_| {
                with(inner, async |_| pending::<()>().await).await.unwrap();
            });
            let both = async { taipan::gather!(held, holds(log.clone(), "c")).await };
            let cut = AssertUnwindSafe(timeout(Duration::ZERO, both)).catch_unwind();
            let payload = cut.await.unwrap_err();
            assert_eq!(payload.downcast_ref::<String>().unwrap(), "exit of b");
            log.add("end");
        },
        "+b +a +c -b -c b:Cancelled -a c:Cancelled a:Cancelled end",
    );
}

// The task ends with it, after its other exits.
#[test]
fn of_an_exit_in_a_task_is_its_end() {
    check(
        async |log| {
            for local in [false, true] {
                for cancelled in [false, true] {
                    let held = Gate::new();
                    let body = {
                        let (log, held) = (log.clone(), held.clone());
                        let inner = failing(&log, "b", "panic");
                        with(logged(&log, "a"), async move |_: &mut _| {
                            let body = async |_: &mut _| {
                                held.open();
                                if cancelled {
                                    pending::<()>().await;
                                }
                            };
                            with(inner, body).await.unwrap();
                        })
                    };
                    let body = async move { body.await.unwrap() };
                    let task = if local { spawn_local(body) } else { spawn(body) };
                    held.pass().await;
                    if cancelled {
                        task.cancel();
                    }
                    let payload = task.await.unwrap_err().into_panic().unwrap();
                    assert_eq!(payload.downcast_ref::<String>().unwrap(), "exit of b");
                    log.add("end");
                }
            }
        },
        &[
            "+b +a -b b:Returned -a a:Panicked end",
            "+b +a -b b:Cancelled -a a:Cancelled end",
            "+b +a -b b:Returned -a a:Panicked end",
            "+b +a -b b:Cancelled -a a:Cancelled end",
        ]
        .join(" "),
    );
}

// Of a task whose end nobody awaits: the hook is told.
#[test]
fn of_an_exit_in_a_detached_task_is_reported() {
    check(
        async |log| {
            for local in [false, true] {
                let (told, exit) = (Gate::new(), failing(&log, "a", "panic"));
                let body = {
                    let told = told.clone();
                    async move {
                        let _told = on_drop(move || told.open());
                        with(exit, async |_| ()).await.unwrap();
                    }
                };
                let task = if local { spawn_local(body) } else { spawn(body) };
                task.detach();
                told.pass().await;
                // The report comes when the task is off the list already.
                while !log.get().ends_with("!Panic:exit of a") {
                    yields(1).await;
                }
                log.add("end");
            }
        },
        "+a -a a:Returned !Panic:exit of a end +a -a a:Returned !Panic:exit of a end",
    );
}

// It comes out once the exits of the cancelled code have run.
#[test]
fn in_a_destructor_while_it_is_cancelled() {
    check_anywhere(
        async |log| {
            let held = async {
                let _bomb = on_drop(|| resume_unwind(Box::new("destructor")));
                with(logged(&log, "a"), async |_| {
                    let _says = on_drop(|| log.add("drop"));
                    holds(log.clone(), "b").await;
                })
                .await
                .unwrap();
            };
            let cut = AssertUnwindSafe(timeout(Duration::ZERO, held)).catch_unwind();
            let payload = cut.await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"destructor"));
            log.add("end");
        },
        "+a +b drop -b b:Cancelled -a a:Cancelled end",
    );
}

// A destructor inside the body, between the two guards: the outer exit runs all the same.
#[test]
fn in_a_destructor_of_the_body_while_it_is_cancelled() {
    check_anywhere(
        async |log| {
            let held = with(logged(&log, "a"), async |_| {
                let _bomb = on_drop(|| resume_unwind(Box::new("destructor")));
                holds(log.clone(), "b").await;
            });
            let cut = AssertUnwindSafe(timeout(Duration::ZERO, held)).catch_unwind();
            let payload = cut.await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"destructor"));
            log.add("end");
        },
        "+a +b -b b:Cancelled -a a:Cancelled end",
    );
}

// The exit goes on where it is awaited now, and the panic goes there with it.
#[test]
fn of_a_body_is_not_lost_when_its_exit_is_cancelled() {
    check_anywhere(
        async |log| {
            let panics = with(logged(&log, "a"), async |_| -> () { panic!("body") });
            let cut = AssertUnwindSafe(timeout(Duration::ZERO, panics)).catch_unwind();
            let payload = cut.await.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"body"));
            log.add("end");
        },
        "+a -a a:Panicked end",
    );
}
