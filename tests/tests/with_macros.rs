//! `with!` and `finally!`: how a body may end, what its exits are told and when, and what becomes of their errors.
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::AssertUnwindSafe;

use futures_lite::FutureExt;
use taipan::prelude::*;
use taipan_tests::{Gate, Log};

#[path = "support/noted.rs"]
mod support;
use support::{Fallible, Lost, failing, fallible, noted, observe};

/// An error of the body, into which that of an exit converts.
#[derive(Debug, PartialEq)]
enum Error {
    Body,
    Exit(Lost),
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Error {
        Error::Exit(lost)
    }
}

impl From<std::num::ParseIntError> for Error {
    fn from(_: std::num::ParseIntError) -> Error {
        Error::Body
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

/// As `anyhow::bail!`: the `return` cannot be seen where it is called.
macro_rules! bail {
    ($error:expr) => {
        return Err($error)
    };
}

// The ways a body can end.

#[test]
fn the_value_comes_after_the_exits_the_inner_one_first() {
    let (value, log, _) = observe(async |log| {
        let value = with!(_ = noted(&log, "a"), _ = noted(&log, "b"), c = noted(&log, "c"), {
            yield_now().await;
            log.add(format!("body-{}", c.name));
            7
        });
        log.add("end");
        value
    });
    assert_eq!((value, &*log), (7, "body-c c:Returned b:Returned a:Returned end"));
}

#[test]
fn resources_are_entered_in_order_and_each_can_use_the_one_before() {
    let ((), log, _) = observe(async |log| {
        fn entered(log: &Log, name: &'static str) -> support::Noted {
            log.add(format!("+{name}"));
            noted(log, name)
        }
        with!(a = entered(&log, "a"), b = entered(&a.log, "b"), {
            assert_eq!((a.name, b.name), ("a", "b"));
        });
    });
    assert_eq!(log, "+a +b b:Returned a:Returned");
}

#[test]
fn a_question_mark_leaves_the_function_after_the_exits() {
    async fn parse(text: &str, log: &Log) -> Result<u32, Error> {
        let number: u32 = with!(_ = noted(log, "a"), _ = noted(log, "b"), {
            let number = text.parse::<u32>()?;
            log.add("parsed");
            number
        });
        log.add("after");
        Ok(number + 1)
    }
    let (result, log, _) = observe(async |log| parse("7", &log).await);
    assert_eq!((result, &*log), (Ok(8), "parsed b:Returned a:Returned after"));
    let (result, log, _) = observe(async |log| parse("x", &log).await);
    assert_eq!((result, &*log), (Err(Error::Body), "b:Failed a:Failed"));
}

#[test]
fn a_return_of_an_ok_is_no_failure_and_one_of_an_err_is() {
    async fn give(result: Result<u32, Error>, log: &Log) -> Result<u32, Error> {
        with!(_ = noted(log, "a"), _ = noted(log, "b"), {
            return result;
        })
    }
    let (result, log, _) = observe(async |log| give(Ok(7), &log).await);
    assert_eq!((result, &*log), (Ok(7), "b:Returned a:Returned"));
    let (result, log, _) = observe(async |log| give(Err(Error::Body), &log).await);
    assert_eq!((result, &*log), (Err(Error::Body), "b:Failed a:Failed"));
}

#[test]
fn a_return_of_none_and_of_nothing_is_no_failure() {
    async fn none(log: &Log) -> Option<u32> {
        with!(_ = noted(log, "none"), {
            if log.get().is_empty() {
                return None;
            }
        });
        Some(7)
    }
    async fn nothing(log: &Log) {
        with!(_ = noted(log, "nothing"), {
            if !log.get().is_empty() {
                return;
            }
        });
        log.add("unreachable");
    }
    let (value, log, _) = observe(async |log| {
        let value = none(&log).await;
        nothing(&log).await;
        value
    });
    assert_eq!((value, &*log), (None, "none:Returned nothing:Returned"));
}

#[test]
fn a_return_that_another_macro_hides_is_a_failure() {
    async fn give(log: &Log) -> Result<u32, Error> {
        with!(_ = noted(log, "a"), _ = noted(log, "b"), {
            bail!(Error::Body);
        })
    }
    let (result, log, _) = observe(async |log| give(&log).await);
    assert_eq!((result, &*log), (Err(Error::Body), "b:Failed a:Failed"));
}

// The body has a `return` of its own: that it did not run decides.
#[test]
fn a_question_mark_is_a_failure_beside_a_return_that_is_none() {
    async fn give(text: &str, log: &Log) -> Option<u32> {
        with!(_ = noted(log, "a"), {
            if text.is_empty() {
                return None;
            }
            text.parse::<u32>().ok()?;
        });
        Some(7)
    }
    for (text, outcome) in [("", "a:Returned"), ("x", "a:Failed"), ("1", "a:Returned")] {
        let (value, log, _) = observe(async |log| give(text, &log).await);
        assert_eq!((value.is_some(), &*log), (text == "1", outcome), "{text:?}");
    }
}

#[test]
fn an_err_as_the_value_is_a_failure_and_a_none_is_not() {
    let (value, log, _) = observe(async |log| {
        let err = with!(_ = noted(&log, "err"), { "x".parse::<u32>() });
        let ok = with!(_ = noted(&log, "ok"), { "1".parse::<u32>() });
        let none = with!(_ = noted(&log, "none"), { None::<u32> });
        let both = with!(_ = noted(&log, "a"), _ = noted(&log, "b"), { Err::<(), _>("no") });
        (err.is_err(), ok.is_ok(), none.is_none(), both)
    });
    assert_eq!(value, (true, true, true, Err("no")));
    assert_eq!(log, "err:Failed ok:Returned none:Returned b:Failed a:Failed");
}

#[test]
fn a_panic_goes_on_after_the_exits() {
    let (payload, log, _) = observe(async |log| {
        let panics = async {
            with!(_ = noted(&log, "a"), _ = noted(&log, "b"), {
                yield_now().await;
                panic!("boom");
            });
        };
        let payload = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        log.add("end");
        payload
    });
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"boom"));
    assert_eq!(log, "b:Panicked a:Panicked end");
}

#[test]
fn cancelled_the_inner_exit_runs_before_the_outer_one_and_is_awaited() {
    let ((), log, _) = observe(async |log| {
        let begun = Gate::new();
        let held = async {
            finally!(
                {
                    with!(_ = noted(&log, "b"), _ = noted(&log, "c"), {
                        begun.open();
                        pending::<()>().await;
                    });
                },
                {
                    let log = log.clone();
                    async move |outcome| log.add(format!("a:{outcome:?}"))
                }
            );
            log.add("unreachable");
        };
        race!(held, begun.pass()).await;
        log.add("end");
    });
    assert_eq!(log, "c:Cancelled b:Cancelled a:Cancelled end");
}

// What goes wrong on the way in.

#[test]
fn a_failure_in_the_second_resource_is_one_of_the_first_body() {
    async fn enter(second: Result<Fallible, Error>, log: &Log) -> Result<(), Error> {
        with!(_ = noted(log, "a"), _ = second?, _ = noted(log, "c"), {
            log.add("body");
        })?;
        Ok(())
    }
    let (result, log, _) = observe(async |log| enter(Err(Error::Body), &log).await);
    assert_eq!((result, &*log), (Err(Error::Body), "a:Failed"));
    let (result, log, _) = observe(async |log| enter(Ok(fallible(&log, "b")), &log).await);
    assert_eq!((result, &*log), (Ok(()), "body c:Returned b:Returned a:Returned"));
}

#[test]
fn a_failure_in_the_first_resource_leaves_nothing_to_end() {
    async fn enter(first: Result<Fallible, Error>, log: &Log) -> Result<(), Error> {
        with!(_ = first?, _ = noted(log, "b"), {})?;
        Ok(())
    }
    let (result, log, _) = observe(async |log| enter(Err(Error::Body), &log).await);
    assert_eq!((result, &*log), (Err(Error::Body), ""));
}

#[test]
fn a_jump_in_the_second_resource_leaves_the_first_body() {
    let (n, log, _) = observe(async |log| {
        let mut rounds = 0;
        'outer: loop {
            rounds += 1;
            with!(
                _ = noted(&log, "a"),
                _ = match rounds {
                    1 => continue,
                    3 => break 'outer rounds,
                    _ => noted(&log, "b"),
                },
                {
                    log.add("body");
                }
            );
        }
    });
    assert_eq!((n, &*log), (3, "a:Returned body b:Returned a:Returned a:Returned"));
}

// Errors of exits.

#[test]
fn the_error_of_an_exit_takes_the_place_of_the_value() {
    let (values, log, reports) = observe(async |log| {
        let good = with!(_ = fallible(&log, "a"), { 7 });
        let bad = with!(_ = failing(&log, "b"), { 7 });
        let only_if_it_can_fail = with!(_ = noted(&log, "c"), { 7 });
        (good, bad, only_if_it_can_fail)
    });
    assert_eq!(values, (Ok(7), Err(Lost("b")), 7));
    assert_eq!((&*log, &*reports), ("a:Returned b:Returned c:Returned", ""));
}

#[test]
fn the_error_of_an_exit_takes_the_place_of_a_return_and_of_a_break() {
    async fn returns(log: &Log) -> Result<u32, Error> {
        let never: Result<u32, Lost> = with!(_ = failing(log, "a"), {
            return Ok(7);
        });
        log.add("after");
        Ok(never?)
    }
    let (result, log, reports) = observe(async |log| returns(&log).await);
    assert_eq!((result, &*log), (Err(Error::Exit(Lost("a"))), "a:Returned after"));
    assert_eq!(reports, "");
    let (errors, log, _) = observe(async |log| {
        let mut errors = 0;
        for _ in 0..3 {
            if with!(_ = failing(&log, "a"), { break }).is_err() {
                errors += 1;
            }
        }
        errors
    });
    assert_eq!((errors, &*log), (3, "a:Returned a:Returned a:Returned"));
}

#[test]
fn the_error_of_an_exit_after_a_failure_is_reported() {
    async fn fails(how: &str, log: &Log) -> Result<u32, Error> {
        with!(_ = failing(log, "a"), {
            match how {
                "question" => how.parse::<u32>()?,
                "return" => return Err(Error::Body),
                _ => bail!(Error::Body),
            }
        })?;
        unreachable!()
    }
    for how in ["question", "return", "bail"] {
        let (result, log, reports) = observe(async |log| fails(how, &log).await);
        assert_eq!((result, &*log), (Err(Error::Body), "a:Failed"), "{how}");
        assert_eq!(reports, "lost-a", "{how}");
    }
}

#[test]
fn the_error_of_an_exit_after_the_value_err_is_reported() {
    let (value, log, reports) =
        observe(async |log| with!(_ = failing(&log, "a"), { Err::<u32, _>("body") }));
    assert_eq!(value, Ok(Err("body")));
    assert_eq!((&*log, &*reports), ("a:Failed", "lost-a"));
}

#[test]
fn the_error_of_an_exit_after_a_cancellation_or_a_panic_is_reported() {
    let ((), log, reports) = observe(async |log| {
        let held = async { with!(_ = failing(&log, "a"), { pending::<()>().await }) };
        assert!(timeout(std::time::Duration::ZERO, held).await.is_err());
        let panics = async { with!(_ = failing(&log, "b"), { panic!("boom") }) };
        let payload: Result<Result<(), Lost>, _> = AssertUnwindSafe(panics).catch_unwind().await;
        assert_eq!(payload.unwrap_err().downcast_ref::<&str>(), Some(&"boom"));
    });
    assert_eq!((&*log, &*reports), ("a:Cancelled b:Panicked", "lost-a lost-b"));
}

// The errors of the inner exits convert into that of the first one that can fail.
#[test]
fn exits_that_can_fail_give_one_result_together() {
    struct Converting(Fallible);
    impl Resource for Converting {
        type Exit = Result<(), Error>;

        async fn exit(self, outcome: Outcome) -> Self::Exit {
            Ok(self.0.exit(outcome).await?)
        }
    }
    let (values, log, reports) = observe(async |log| {
        let outer = Converting(fallible(&log, "a"));
        let inner: Result<u32, Error> =
            with!(_ = outer, _ = noted(&log, "b"), _ = failing(&log, "c"), { 7 });
        let outer = Converting(failing(&log, "d"));
        let outer: Result<u32, Error> = with!(_ = outer, _ = fallible(&log, "e"), { 7 });
        let same: Result<u32, Lost> =
            with!(_ = noted(&log, "f"), _ = fallible(&log, "g"), _ = fallible(&log, "h"), { 7 });
        (inner, outer, same)
    });
    let exit = |name| Err(Error::Exit(Lost(name)));
    assert_eq!(values, (exit("c"), exit("d"), Ok(7)));
    // The failure of an inner exit is one of the outer body.
    let told =
        "c:Returned b:Failed a:Failed e:Returned d:Returned h:Returned g:Returned f:Returned";
    assert_eq!((&*log, &*reports), (told, ""));
}

#[test]
fn of_two_failing_exits_the_first_error_stays_and_the_second_is_reported() {
    let (value, log, reports) =
        observe(async |log| with!(_ = failing(&log, "a"), _ = failing(&log, "b"), { 7 }));
    assert_eq!(value, Err(Lost("b")));
    assert_eq!((&*log, &*reports), ("b:Returned a:Failed", "lost-a"));
}

// `finally!`

#[test]
fn a_cleanup_is_told_how_the_body_ended() {
    async fn run(how: u32, log: &Log) -> Result<u32, Error> {
        let cleanup = {
            let log = log.clone();
            async move |outcome: Outcome| {
                yield_now().await;
                log.add(format!("{outcome:?}"));
            }
        };
        let value = finally!(
            {
                match how {
                    0 => 7,
                    1 => return Ok(8),
                    _ => "x".parse()?,
                }
            },
            cleanup
        );
        Ok(value)
    }
    for (how, result, outcome) in
        [(0, Ok(7), "Returned"), (1, Ok(8), "Returned"), (2, Err(Error::Body), "Failed")]
    {
        let (value, log, _) = observe(async |log| run(how, &log).await);
        assert_eq!((value, &*log), (result, outcome), "{how}");
    }
}

#[test]
fn a_cleanup_that_fails_makes_the_value_a_result() {
    let (values, _, reports) = observe(async |_| {
        let good = finally!({ 7 }, async |_| Ok::<_, Lost>(()));
        let bad = finally!({ 7 }, async |_| Err(Lost("cleanup")));
        let after_a_failure = finally!({ Err::<u32, _>("body") }, async |_| Err(Lost("late")));
        (good, bad, after_a_failure)
    });
    assert_eq!(values, (Ok(7), Err(Lost("cleanup")), Ok(Err("body"))));
    assert_eq!(reports, "lost-late");
}

#[test]
fn a_cleanup_may_be_a_function_or_a_closure_that_makes_a_future() {
    async fn nothing(_: Outcome) {}
    let (values, log, _) = observe(async |log| {
        let later = log.clone();
        let a = finally!({ 1 }, nothing);
        let b = finally!({ 2 }, move |outcome| async move { later.add(format!("{outcome:?}")) });
        (a, b)
    });
    assert_eq!((values, &*log), ((1, 2), "Returned"));
}
