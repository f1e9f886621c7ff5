//! `with!` and its like where types are inferred and coerced, where futures must be `Send`, and wherever code
//! can stand.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::num::ParseIntError;
use std::pin::Pin;
use std::rc::Rc;

use taipan::prelude::*;
use taipan_tests::{Log, poll_once};

#[path = "support/noted.rs"]
mod support;
use support::{Lost, fallible, noted, observe};

fn send<T: Send>(value: T) -> T {
    value
}

// Types.

#[test]
fn the_type_of_the_value_reaches_into_the_body() {
    async fn parse(text: &str, log: &Log) -> Result<(u32, u8, u16), ParseIntError> {
        let one: u32 = with!(_ = noted(log, "a"), { text.parse()? });
        let two: u8 = with!(_ = noted(log, "a"), _ = noted(log, "b"), { text.parse()? });
        let fallible: Result<u16, Lost> =
            with!(_ = noted(log, "a"), _ = fallible(log, "b"), { text.parse()? });
        Ok((one, two, fallible.unwrap()))
    }
    let (result, ..) = observe(async |log| parse("7", &log).await);
    assert_eq!(result, Ok((7, 7, 7)));
}

#[test]
fn the_type_of_the_value_comes_from_the_body() {
    let (values, ..) = observe(async |log| {
        let list =
            with!(_ = noted(&log, "a"), { [1_u8].iter().map(|n| n * 2).collect::<Vec<_>>() });
        let text = timeout!(1h, { format!("{}", list.len()) }).unwrap();
        let nested = with!(_ = noted(&log, "a"), _ = noted(&log, "b"), { text.len() + 1 });
        let grouped = task_group!(_, { nested as u64 }).unwrap();
        finally!({ grouped.pow(2) }, async |_| {})
    });
    assert_eq!(values, 4);
}

#[test]
fn errors_and_values_are_coerced() {
    async fn fails(log: &Log) -> Result<Box<dyn Display>, Box<dyn Error>> {
        with!(_ = noted(log, "a"), _ = noted(log, "b"), {
            if log.get().is_empty() {
                return Err(Box::new(Lost("boxed")));
            }
        });
        unreachable!()
    }
    async fn gives(log: &Log) -> Result<Box<dyn Display>, Box<dyn Error>> {
        let value: Box<dyn Display> = with!(_ = noted(log, "a"), { Box::new(7) });
        assert_eq!(value.to_string(), "7");
        let f: fn(u32) -> u32 = timeout!(1h, { |n| n + 1 })?;
        with!(_ = noted(log, "a"), {
            return Ok(Box::new(f(7)));
        })
    }
    let (values, ..) = observe(async |log| {
        let error = fails(&log).await.err().unwrap().to_string();
        (error, gives(&log).await.ok().unwrap().to_string())
    });
    assert_eq!(values, ("lost-boxed".to_owned(), "8".to_owned()));
}

#[test]
fn the_value_as_the_end_of_the_function() {
    async fn tail(log: &Log) -> taipan::Result<u32> {
        with!(_ = noted(log, "a"), _ = noted(log, "b"), { Ok("7".parse()?) })
    }
    async fn of_exit(log: &Log) -> Result<u32, Lost> {
        with!(_ = fallible(log, "c"), { 7 })
    }
    let (values, log, _) =
        observe(async |log| (tail(&log).await.unwrap(), of_exit(&log).await.unwrap()));
    assert_eq!((values, &*log), ((7, 7), "b:Returned a:Returned c:Returned"));
}

#[test]
fn a_loop_in_a_task_needs_no_types() {
    let ((), log, _) = observe(async |log| {
        let shared = log.clone();
        let worker = spawn(async move {
            let mut n = 0;
            loop {
                with!(_ = noted(&shared, "a"), {
                    n += 1;
                    if n == 2 {
                        break;
                    }
                });
                timeout!(1h, { yield_now().await }).unwrap();
                task_group!(tg, { tg.spawn(yield_now()) }).unwrap();
            }
        });
        worker.await.unwrap();
        let endless = spawn(async move {
            loop {
                with!(_ = noted(&log, "b"), { yield_now().await });
            }
        });
        yield_now().await;
        endless.cancel();
        let _: Result<(), _> = endless.await;
    });
    assert!(log.starts_with("a:Returned a:Returned"), "{log}");
}

// Values of the function.

#[test]
fn the_body_borrows_and_moves_what_is_around() {
    let (values, ..) = observe(async |log| {
        let (mut list, moved) = (vec![1], String::from("moved"));
        let owned = with!(log_of = noted(&log, "a"), _ = noted(&log, "b"), {
            list.push(2);
            yield_now().await;
            log_of.name = "renamed";
            moved
        });
        list.push(3);
        let slice = &mut list;
        timeout!(1h, {
            slice.push(4);
        })
        .unwrap();
        slice.push(5);
        (list, owned, log.get())
    });
    let logged = "b:Returned renamed:Returned".to_owned();
    assert_eq!(values, (vec![1, 2, 3, 4, 5], "moved".to_owned(), logged));
}

#[test]
fn a_value_may_borrow_from_outside_the_body() {
    async fn longest<'a>(a: &'a str, b: &'a str, log: &Log) -> &'a str {
        with!(_ = noted(log, "a"), {
            if a.len() > b.len() {
                return a;
            }
            b
        })
    }
    let (value, ..) = observe(async |log| longest("ab", "abc", &log).await);
    assert_eq!(value, "abc");
}

// Where code can stand.

trait Work {
    async fn work(&self, log: &Log) -> Option<u32>;
}

impl Work for u32 {
    async fn work(&self, log: &Log) -> Option<u32> {
        let n = with!(_ = noted(log, "method"), { self.checked_sub(1)? });
        Some(n)
    }
}

async fn generic<T, E>(value: Result<T, E>, log: &Log) -> Result<Vec<T>, E>
where
    T: Debug,
{
    let value = with!(_ = noted(log, "generic"), { value? });
    Ok(with!(_ = noted(log, "generic"), _ = noted(log, "inner"), { vec![value] }))
}

#[allow(clippy::manual_async_fn)] // to say `Send`
fn opaque(log: Log) -> impl Future<Output = Result<u32, ParseIntError>> + Send {
    async move {
        let n: u32 = with!(_ = noted(&log, "opaque"), { "7".parse()? });
        Ok(n)
    }
}

async fn gives_opaque(log: &Log) -> impl Iterator<Item = u32> + use<> {
    let end = with!(_ = noted(log, "iterator"), { 3 });
    0..end
}

fn countdown(n: u32, log: Log) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move {
        with!(_ = noted(&log, "down"), {
            if n == 0 {
                return 0;
            }
            countdown(n - 1, log.clone()).await + 1
        })
    })
}

#[test]
fn in_methods_generics_closures_and_recursion() {
    let (values, log, _) = observe(async |log| {
        let closure = async |text: &str| -> Result<u32, ParseIntError> {
            let n = with!(_ = noted(&log, "closure"), { text.parse::<u32>()? });
            Ok(n)
        };
        (
            (1_u32.work(&log).await, 0_u32.work(&log).await),
            (generic(Ok::<_, Lost>(1_u8), &log).await, generic(Err::<u8, _>("no"), &log).await),
            (closure("7").await, closure("x").await.is_err()),
            opaque(log.clone()).await,
            gives_opaque(&log).await.sum::<u32>(),
            countdown(2, log.clone()).await,
        )
    });
    assert_eq!(values.0, (Some(0), None));
    assert_eq!(values.1, (Ok(vec![1]), Err("no")));
    assert_eq!(values.2, (Ok(7), true));
    assert_eq!((values.3, values.4, values.5), (Ok(7), 3, 2));
    assert_eq!(
        log,
        "method:Returned method:Failed generic:Returned inner:Returned generic:Returned \
         generic:Failed closure:Returned closure:Failed opaque:Returned iterator:Returned \
         down:Returned down:Returned down:Returned",
    );
}

// Send.

#[test]
fn futures_stay_send() {
    async fn borrows(name: &str, list: &mut Vec<String>, log: &Log) -> Result<&'static str, Lost> {
        loop {
            let word = with!(_ = noted(log, "a"), held = fallible(log, "b"), {
                list.push(name.to_owned());
                yield_now().await;
                if list.len() < 2 {
                    continue;
                }
                if list.len() > 5 {
                    return Err(Lost("long"));
                }
                let _ = held;
                "static"
            })?;
            timeout!(limit = 1h, {
                limit.reset(std::time::Duration::from_secs(1));
                task_group!(tg = TaskGroup::new(), {
                    tg.spawn(yield_now());
                    break Ok(word);
                })
                .unwrap();
            })
            .unwrap();
        }
    }
    let ((), log, _) = observe(async |log| {
        let mut list = Vec::new();
        let word = send(borrows("name", &mut list, &log)).await;
        assert_eq!((word, list.len()), (Ok("static"), 2));
    });
    assert_eq!(log, "b:Returned a:Returned b:Returned a:Returned");
}

#[test]
fn a_body_need_not_be_send_on_its_own_thread() {
    let (value, log, _) = observe(async |log| {
        let local = Rc::new(RefCell::new(1));
        let task = spawn_local(async move {
            with!(_ = noted(&log, "a"), _ = noted(&log, "b"), {
                yield_now().await;
                *local.borrow_mut() += 1;
                timeout!(1h, { local.clone() }).unwrap().take()
            })
        });
        task.await.unwrap()
    });
    assert_eq!((value, &*log), (2, "b:Returned a:Returned"));
}

#[test]
fn a_value_that_is_not_send_may_come_out() {
    let (value, ..) = observe(async |log| with!(_ = noted(&log, "a"), { Rc::new(7) }));
    assert_eq!(*value, 7);
}

// Without a runtime.

#[test]
fn a_body_without_a_wait_needs_no_runtime() {
    let log = Log::new();
    let future =
        async { with!(_ = closing(log.clone(), async |log: Log| log.add("closed")), { 7 }) };
    assert_eq!(poll_once(std::pin::pin!(future)), std::task::Poll::Ready(7));
    assert_eq!(log.get(), "closed");
}

// Names.

mod renamed {
    //! The crate under another name, and the user's own names.
    #![allow(non_upper_case_globals, dead_code)]

    extern crate taipan as python;

    use super::*;

    mod taipan {}
    mod std {}
    mod core {}
    struct Outcome;
    struct Option;
    struct Result;

    #[test]
    fn the_macros_find_their_crate() {
        let (value, ..) = observe(async |log| {
            let (__value, __slot0, __guard, __flow, __ty0) = (1, 2, 3, 4, 5);
            let sum = python::with!(_ = noted(&log, "a"), _ = noted(&log, "b"), {
                __value + __slot0 + __guard + __flow + __ty0
            });
            let sum = python::finally!({ sum + __value }, async |_| {});
            let sum = python::timeout!(_ = 1h, { sum + __slot0 }).unwrap();
            python::task_group!(_, { sum + __guard }).unwrap()
        });
        assert_eq!(value, 15 + 1 + 2 + 3);
    }
}

// The stack of resources that grows: what it holds is known once the body has put something there.
#[test]
fn a_resource_whose_type_the_body_completes() {
    let log = Log::new();
    taipan::run(async {
        with!(stack = Vec::new(), held = None, {
            for name in ["a", "b"] {
                let log = log.clone();
                stack.push(closing(name, move |name| async move { log.add(name) }));
            }
            let log = log.clone();
            *held = Some(closing("c", move |name| async move { log.add(name) }));
        });
    });
    assert_eq!(log.get(), "c b a");
}
