//! `try_gather`, as a macro and as a function: the first error, and what becomes of the others.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use taipan_tests::{Counter, Gate, Log, counted, poll_once};

/// Waits for `gate`, then gives `result`.
async fn after<T, E>(gate: &Gate, result: Result<T, E>) -> Result<T, E> {
    gate.pass().await;
    result
}

/// Says `word` when it is dropped.
struct Says(Log, &'static str);

impl Drop for Says {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}

#[test]
fn all_values_in_order_of_the_arguments() {
    let gates = [Gate::new(), Gate::new()];
    let mut all = pin!(taipan::try_gather!(
        after(&gates[0], Ok::<_, ()>(1)),
        after(&gates[1], Ok("two")),
        ready(Ok(3.0))
    ));
    assert!(poll_once(all.as_mut()).is_pending());
    gates[1].open();
    assert!(poll_once(all.as_mut()).is_pending());
    gates[0].open();
    assert_eq!(poll_once(all.as_mut()), Poll::Ready(Ok((1, "two", 3.0))));

    let list = taipan::try_gather((0..100).map(|n| ready(Ok::<_, ()>(n))));
    assert_eq!(poll_once(pin!(list)), Poll::Ready(Ok((0..100).collect())));
}

// E91
#[test]
fn nothing_is_done_at_once() {
    let none: [std::future::Ready<Result<u32, ()>>; 0] = [];
    assert_eq!(poll_once(pin!(taipan::try_gather(none))), Poll::Ready(Ok(vec![])));
    let mut nothing = pin!(taipan::try_gather!());
    let nothing: Poll<Result<(), ()>> = poll_once(nothing.as_mut());
    assert_eq!(nothing, Poll::Ready(Ok(())));
}

// E93
#[test]
fn the_first_error_in_time_comes_out_and_is_the_very_same() {
    for children in [3, 40] {
        let gates: Vec<_> = (0..children).map(|_| Gate::new()).collect();
        let errors: Vec<_> = (0..children).map(Arc::new).collect();
        let mut all = pin!(taipan::try_gather!(
            after(gate, Err::<(), _>(Arc::clone(error))) for (gate, error) in gates.iter().zip(&errors)
        ));
        assert!(poll_once(all.as_mut()).is_pending());
        gates[2].open();
        let Poll::Ready(Err(error)) = poll_once(all.as_mut()) else { panic!("an error ends it") };
        assert!(Arc::ptr_eq(&error, &errors[2]));
    }
}

#[test]
fn of_two_errors_in_one_poll_the_one_of_the_first_argument_comes_out() {
    let both = taipan::try_gather!(ready(Err::<(), _>("first")), ready(Err::<(), _>("second")));
    assert_eq!(poll_once(pin!(both)), Poll::Ready(Err("first")));
    let list = taipan::try_gather(["first", "second"].map(|error| ready(Err::<(), _>(error))));
    assert_eq!(poll_once(pin!(list)), Poll::Ready(Err("first")));
}

// E94: taipan cancels the siblings.
#[test]
fn the_first_error_drops_the_others_and_polls_none_after_it() {
    let (polls, drops, gate) = (Counter::new(), Counter::new(), Gate::new());
    let stuck = || counted(pending::<Result<(), &str>>(), &polls, &drops);
    let mut all = pin!(taipan::try_gather!(stuck(), after(&gate, Err::<(), _>("failed")), stuck()));
    assert!(poll_once(all.as_mut()).is_pending());
    assert_eq!((polls.get(), drops.get()), (2, 0));
    gate.open();
    assert_eq!(poll_once(all.as_mut()), Poll::Ready(Err("failed")));
    assert_eq!((polls.get(), drops.get()), (3, 2)); // the third one was not polled again
}

// E94: and waits for their ends.
#[test]
fn tasks_of_siblings_have_ended_before_the_error_comes_out() {
    taipan::run(async {
        let log = Log::new();
        let started = Gate::new();
        let (says, start) = (log.clone(), started.clone());
        let stuck = taipan::spawn(async move {
            let _says = Says(says, "ended");
            start.open();
            pending::<()>().await;
        });
        let sibling = async move {
            let _ = stuck.await;
            Ok::<(), &str>(())
        };
        let result = taipan::try_gather!(sibling, after(&started, Err::<(), _>("failed"))).await;
        log.add(result.unwrap_err());
        assert_eq!(log.get(), "ended failed");
    });
}

#[test]
fn values_before_the_error_are_dropped() {
    let log = Log::new();
    let gate = Gate::new();
    let mut all = pin!(taipan::try_gather!(
        ready(Ok::<_, ()>(Says(log.clone(), "value"))),
        after(&gate, Err::<(), _>(()))
    ));
    assert!(poll_once(all.as_mut()).is_pending());
    assert_eq!(log.get(), "");
    gate.open();
    assert!(poll_once(all.as_mut()).is_ready());
    assert_eq!(log.get(), "value");
}

#[test]
fn what_a_limit_holds_back_never_begins_after_an_error() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let all = taipan::try_gather!(
        for n in 0..100 {
            counted(ready(if n < 7 { Ok(n) } else { Err(n) }), &polls, &drops)
        },
        limit = 3
    );
    assert_eq!(poll_once(pin!(all)), Poll::Ready(Err(7)));
    assert_eq!((polls.get(), drops.get()), (8, 100));
}

#[test]
#[should_panic(expected = "a limit of 0 lets nothing run")]
fn a_limit_of_0_panics() {
    drop(taipan::try_gather([ready(Ok::<(), ()>(()))]).limit(0));
}

#[test]
#[should_panic(expected = "polled after its end")]
fn polled_after_its_end_it_panics() {
    let mut all = pin!(taipan::try_gather!(ready(Ok::<(), ()>(()))));
    assert!(poll_once(all.as_mut()).is_ready());
    let _ = poll_once(all.as_mut());
}

#[test]
fn a_panic_of_a_child_comes_out_once_the_siblings_have_ended() {
    let log = Log::new();
    let result = catch_unwind(AssertUnwindSafe(|| {
        taipan::run(async {
            let started = Gate::new();
            let (says, start) = (log.clone(), started.clone());
            let stuck = taipan::spawn(async move {
                let _says = Says(says, "ended");
                start.open();
                pending::<()>().await;
            });
            let sibling = async move {
                let _ = stuck.await;
                Ok::<(), &str>(())
            };
            let panics = async {
                started.pass().await;
                panic!("child")
            };
            let both = async {
                let _says = Says(log.clone(), "left");
                taipan::try_gather!(sibling, panics).await.map(|((), ())| ())
            };
            both.await
        })
    }));
    assert_eq!(*result.unwrap_err().downcast::<&str>().unwrap(), "child");
    assert_eq!(log.get(), "ended left");
}

#[test]
fn errors_are_converted_by_the_question_mark_outside() {
    async fn number(text: &str) -> Result<i32, std::num::ParseIntError> {
        text.parse()
    }
    async fn sum() -> taipan::Result<i32> {
        let (a, b) = taipan::try_gather!(number("1"), number("2")).await?;
        let list = taipan::try_gather!(for text in ["3", "x"] {
            let text = text.strip_suffix('!').unwrap_or(text);
            number(text)
        })
        .await?;
        Ok(a + b + list.len() as i32)
    }
    let Poll::Ready(Err(error)) = poll_once(pin!(sum())) else { panic!("x is no number") };
    assert_eq!(error.to_string(), "invalid digit found in string");
}

#[test]
fn every_form_works_in_a_task() {
    taipan::run(async {
        let words = vec![String::from("a"), String::from("bc")];
        let task = taipan::spawn(async move {
            async fn length(word: &str) -> Result<usize, &'static str> {
                taipan::yield_now().await;
                if word.is_empty() { Err("empty") } else { Ok(word.len()) }
            }
            let (one, text) = taipan::try_gather!(length(&words[0]), async { Ok("text") }).await?;
            assert_eq!((one, text), (1, "text"));
            let splat =
                taipan::try_gather!(..words.iter().map(|word| length(word)), limit = 1).await?;
            let looped = taipan::try_gather!(for word in &words {
                length(word)
            })
            .await?;
            let function =
                taipan::try_gather(words.iter().map(|word| length(word))).limit(2).await?;
            assert_eq!([splat, looped, function], [const { [1, 2] }; 3].map(Vec::from));
            taipan::try_gather!(length(&word[1..]) for word in &words, limit = 1).await
        });
        assert_eq!(task.await.unwrap(), Err("empty"));
    });
}
