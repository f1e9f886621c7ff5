//! `task_group!`: how its body may end, and what becomes of the children, and of their errors.
#![forbid(unsafe_code)]

use std::fmt;
use std::future::pending;
use std::panic::AssertUnwindSafe;

use futures_lite::FutureExt;
use taipan::GroupError;
use taipan::prelude::*;
use taipan_tests::{Gate, Log};

#[path = "support/noted.rs"]
mod support;
use support::{Lost, noted, observe};

/// Waits three polls, and notes that it has ended.
async fn child(log: Log, name: &'static str) {
    for _ in 0..3 {
        yield_now().await;
    }
    log.add(name);
}

/// Says that it has begun, and holds a resource until it is cancelled.
async fn held(log: Log, name: &'static str, begun: Gate) {
    with!(_ = noted(&log, name), {
        begun.open();
        pending::<()>().await;
    });
}

async fn fails(name: &'static str) -> Result<(), Lost> {
    yield_now().await;
    Err(Lost(name))
}

/// The errors of a group, one word for each.
fn words(error: &GroupError) -> String {
    error.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// What the function gives, in words.
#[derive(Debug)]
struct Failure(String);

impl From<GroupError> for Failure {
    fn from(error: GroupError) -> Failure {
        Failure(words(&error))
    }
}

impl From<&str> for Failure {
    fn from(error: &str) -> Failure {
        Failure(error.to_owned())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// The children end before the macro does.

#[test]
fn children_are_awaited_before_the_value() {
    let (value, log, _) = observe(async |log| {
        let value = task_group!(tg, {
            tg.spawn(child(log.clone(), "child"));
            log.add("body");
            7
        });
        log.add("end");
        value.unwrap()
    });
    assert_eq!((value, &*log), (7, "body child end"));
}

#[test]
fn children_are_awaited_at_a_return_and_at_a_jump() {
    async fn leave(how: u32, log: &Log) -> Result<u32, Failure> {
        let mut rounds = 0;
        let value = loop {
            rounds += 1;
            let end = task_group!(tg, {
                tg.spawn(child(log.clone(), "child"));
                match how {
                    0 => return Ok(0),
                    1 => break 1,
                    2 if rounds == 1 => continue,
                    _ => 2,
                }
            })?;
            log.add("value");
            break end;
        };
        log.add("end");
        Ok(value)
    }
    for (how, told) in [(0, "child"), (1, "child end"), (2, "child child value end")] {
        let (value, log, _) = observe(async |log| leave(how, &log).await.unwrap());
        assert_eq!((value, &*log), (how, told));
    }
}

#[test]
fn a_question_mark_cancels_the_children_and_goes_on() {
    async fn leave(log: &Log) -> Result<(), Failure> {
        let begun = Gate::new();
        task_group!(tg, {
            tg.spawn(held(log.clone(), "child", begun.clone()));
            begun.pass().await;
            Err("body")?;
        })?;
        Ok(())
    }
    let (result, log, reports) = observe(async |log| leave(&log).await.unwrap_err().0);
    assert_eq!((&*result, &*log, &*reports), ("body", "child:Cancelled", ""));
}

#[test]
fn a_return_of_an_err_and_the_value_err_cancel_the_children() {
    async fn leave(log: &Log, returns: bool) -> Result<u32, Failure> {
        let begun = Gate::new();
        task_group!(tg, {
            tg.spawn(held(log.clone(), "child", begun.clone()));
            begun.pass().await;
            if returns {
                return Err("returned".into());
            }
            Err(Failure::from("value"))
        })?
    }
    for (returns, word) in [(true, "returned"), (false, "value")] {
        let (result, log, _) = observe(async |log| leave(&log, returns).await.unwrap_err().0);
        assert_eq!((&*result, &*log), (word, "child:Cancelled"));
    }
}

#[test]
fn a_panic_cancels_the_children_and_goes_on() {
    let (payload, log, _) = observe(async |log| {
        let begun = Gate::new();
        let panics = async {
            task_group!(tg, {
                tg.spawn(held(log.clone(), "child", begun.clone()));
                begun.pass().await;
                panic!("boom");
            })
            .unwrap();
        };
        let payload = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        log.add("end");
        payload
    });
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"boom"));
    assert_eq!(log, "child:Cancelled end");
}

#[test]
fn the_panic_of_a_child_comes_out() {
    let (payload, log, _) = observe(async |log| {
        let panics = async {
            task_group!(tg, {
                tg.spawn(async { panic!("child") });
                with!(_ = noted(&log, "body"), { pending::<()>().await });
            })
            .unwrap();
        };
        AssertUnwindSafe(panics).catch_unwind().await.unwrap_err()
    });
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"child"));
    assert_eq!(log, "body:Cancelled");
}

#[test]
fn cancelled_it_cancels_the_body_and_the_children_and_waits_for_them() {
    let ((), log, _) = observe(async |log| {
        let begun = Gate::new();
        let group = async {
            task_group!(tg, {
                tg.spawn(held(log.clone(), "child", begun.clone()));
                pending::<()>().await;
            })
            .unwrap();
        };
        race!(group, begun.pass()).await;
        log.add("end");
    });
    assert_eq!(log, "child:Cancelled end");
}

// Children that fail.

#[test]
fn a_child_that_fails_cancels_the_body_and_the_others() {
    let (error, log, reports) = observe(async |log| {
        let begun = Gate::new();
        let result = task_group!(tg, {
            tg.spawn(held(log.clone(), "sibling", begun.clone()));
            begun.pass().await;
            tg.spawn(fails("child"));
            with!(_ = noted(&log, "body"), { pending::<()>().await });
            log.add("unreachable");
        });
        words(&result.unwrap_err())
    });
    assert_eq!((&*error, &*reports), ("lost-child", ""));
    let mut ends: Vec<_> = log.split(' ').collect();
    ends.sort_unstable();
    assert_eq!(ends, ["body:Cancelled", "sibling:Cancelled"]);
}

#[test]
fn the_error_of_the_group_takes_the_place_of_the_value_of_a_return_and_of_a_jump() {
    async fn leave(how: u32, log: &Log) -> Result<u32, Failure> {
        for _ in 0..1 {
            let value = task_group!(tg, {
                tg.spawn(fails("child"));
                match how {
                    0 => 0,
                    1 => return Ok(1),
                    2 => break,
                    _ => continue,
                }
            });
            log.add("here");
            value?;
        }
        log.add("unreachable");
        Ok(2)
    }
    for how in 0..4 {
        let (result, log, reports) = observe(async |log| leave(how, &log).await.unwrap_err().0);
        assert_eq!((&*result, &*log, &*reports), ("lost-child", "here", ""), "{how}");
    }
}

#[test]
fn after_a_failure_of_the_body_the_errors_of_children_are_reported() {
    async fn leave() -> Result<(), Failure> {
        task_group!(tg = TaskGroup::new().supervisor(), {
            tg.spawn(fails("child"));
            while tg.running() > 0 {
                yield_now().await;
            }
            Err("body")?;
        })?;
        Ok(())
    }
    let (result, _, reports) = observe(async |_| leave().await.unwrap_err().0);
    assert_eq!((&*result, &*reports), ("body", "the task group failed: lost-child"));
}

#[test]
fn a_supervisor_collects_the_errors_and_cancels_nobody() {
    let (error, log, _) = observe(async |log| {
        let result = task_group!(tg = TaskGroup::new().supervisor(), {
            tg.spawn(fails("a"));
            tg.spawn(child(log.clone(), "child"));
            while tg.running() > 0 {
                yield_now().await;
            }
            tg.spawn(fails("b"));
            log.add("body");
        });
        words(&result.unwrap_err())
    });
    assert_eq!((&*error, &*log), ("lost-a lost-b", "child body"));
}

#[test]
fn a_limit_holds_children_back() {
    async fn run(group: TaskGroup, log: &Log) {
        task_group!(tg = group, {
            for (name, polls) in [("a", 9), ("b", 6), ("c", 3)] {
                let log = log.clone();
                tg.spawn(async move {
                    for _ in 0..polls {
                        yield_now().await;
                    }
                    log.add(name);
                });
            }
        })
        .unwrap();
    }
    let ((), log, _) = observe(async |log| run(TaskGroup::new().limit(1), &log).await);
    assert_eq!(log, "a b c");
    let ((), log, _) = observe(async |log| run(TaskGroup::new(), &log).await);
    assert_eq!(log, "c b a");
}

// Groups in groups.

#[test]
fn the_group_of_a_child_ends_before_the_child() {
    let ((), log, _) = observe(async |log| {
        let inner_log = log.clone();
        task_group!(outer, {
            outer.spawn(async move {
                task_group!(inner, {
                    inner.spawn(child(inner_log.clone(), "inner"));
                })
                .unwrap();
                inner_log.add("child");
            });
        })
        .unwrap();
        log.add("end");
    });
    assert_eq!(log, "inner child end");
}

#[test]
fn a_jump_leaves_two_groups_and_waits_for_both() {
    let (value, log, _) = observe(async |log| {
        let value = 'both: {
            task_group!(outer, {
                outer.spawn(child(log.clone(), "outer"));
                task_group!(inner, {
                    inner.spawn(child(log.clone(), "inner"));
                    break 'both 7;
                })
                .unwrap();
            })
            .unwrap();
            0
        };
        log.add("end");
        value
    });
    assert_eq!(value, 7);
    assert!(log == "outer inner end" || log == "inner outer end", "{log}");
}

#[test]
fn an_error_of_an_inner_group_is_one_of_the_outer_by_question_mark() {
    async fn leave(log: Log) -> Result<(), Failure> {
        let begun = Gate::new();
        task_group!(outer, {
            outer.spawn(held(log, "sibling", begun.clone()));
            begun.pass().await;
            task_group!(inner, {
                inner.spawn(fails("inner"));
            })?;
        })?;
        Ok(())
    }
    let (result, log, _) = observe(async |log| leave(log).await.unwrap_err().0);
    assert_eq!((&*result, &*log), ("lost-inner", "sibling:Cancelled"));
}

// Helpers and the body share the group.

#[test]
fn a_helper_takes_the_group() {
    async fn helper(tg: &TaskGroup, log: &Log) -> Result<u32, Failure> {
        tg.spawn(child(log.clone(), "helped"));
        Ok(1)
    }
    async fn all(log: &Log) -> Result<u32, Failure> {
        let value = task_group!(tg, {
            let cloned = tg.clone();
            let later = log.clone();
            tg.spawn(async move {
                cloned.spawn(child(later, "grandchild"));
            });
            helper(tg, log).await? + helper(tg, log).await?
        })?;
        Ok(value)
    }
    let (value, log, _) = observe(async |log| all(&log).await.unwrap());
    assert_eq!(value, 2);
    let mut ends: Vec<_> = log.split(' ').collect();
    ends.sort_unstable();
    assert_eq!(ends, ["grandchild", "helped", "helped"]);
}
