//! `gather`, as a macro and as a function: values, order, polls, wakes, drops.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use taipan_tests::{Counter, Gate, WakeCounter, counted, poll_once, poll_with};

async fn double(n: u32) -> u32 {
    n * 2
}

// E91
#[test]
fn nothing_is_done_at_once() {
    let mut none = pin!(taipan::gather(Vec::<std::future::Ready<u32>>::new()));
    assert_eq!(poll_once(none.as_mut()), Poll::Ready(vec![]));
    assert_eq!(poll_once(pin!(taipan::gather!())), Poll::Ready(()));
    assert_eq!(poll_once(pin!(taipan::gather!(double(n) for n in 0..0))), Poll::Ready(vec![]));
}

// E92
#[test]
fn not_done_until_the_last_child_is() {
    let gates = [Gate::new(), Gate::new(), Gate::new()];
    let mut all = pin!(taipan::gather!(gates[0].pass(), gates[1].pass(), gates[2].pass()));
    let mut list = pin!(taipan::gather(gates.iter().map(Gate::pass)));
    for gate in &gates {
        assert!(poll_once(all.as_mut()).is_pending());
        assert!(poll_once(list.as_mut()).is_pending());
        gate.open();
    }
    assert_eq!(poll_once(all.as_mut()), Poll::Ready(((), (), ())));
    assert_eq!(poll_once(list.as_mut()), Poll::Ready(vec![(); 3]));
}

// E95
#[test]
fn an_error_is_a_value_at_its_place_and_disturbs_nobody() {
    let gate = Gate::new();
    let late = async {
        gate.pass().await;
        Ok::<_, &str>("late")
    };
    let mut all = pin!(taipan::gather!(ready(Err::<&str, _>("refused")), late));
    assert!(poll_once(all.as_mut()).is_pending());
    gate.open();
    assert_eq!(poll_once(all.as_mut()), Poll::Ready((Err("refused"), Ok("late"))));
}

// E96, E97
#[test]
fn a_cancelled_task_is_an_error_at_its_place() {
    taipan::run(async {
        let (stuck, good) = (taipan::spawn(pending::<u32>()), taipan::spawn(double(4)));
        assert!(stuck.cancel());
        let (cancelled, value) = taipan::gather!(stuck, good).await;
        assert!(cancelled.unwrap_err().is_cancelled());
        assert_eq!(value.unwrap(), 8);
    });
}

// E98
#[test]
fn dropped_it_drops_all_unfinished_children() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let child = || counted(pending::<()>(), &polls, &drops);
    {
        let mut all = pin!(taipan::gather!(child(), ready(1), child()));
        assert!(poll_once(all.as_mut()).is_pending());
        let mut list = pin!(taipan::gather((0..40).map(|_| child())));
        assert!(poll_once(list.as_mut()).is_pending());
        assert_eq!((polls.get(), drops.get()), (42, 0));
    }
    assert_eq!((polls.get(), drops.get()), (42, 42));
}

// E98
#[test]
fn cancelled_it_ends_its_tasks_before_its_own_task_ends() {
    taipan::run(async {
        let (polls, drops, started) = (Counter::new(), Counter::new(), Gate::new());
        let task = taipan::spawn({
            let (polls, drops, started) = (polls.clone(), drops.clone(), started.clone());
            async move {
                let children =
                    (0..3).map(|_| taipan::spawn(counted(pending::<()>(), &polls, &drops)));
                let children: Vec<_> = children.collect();
                started.open();
                taipan::gather(children).await.len()
            }
        });
        started.pass().await;
        assert_eq!(task.stop().await, None);
        assert_eq!(drops.get(), 3);
    });
}

// E99
#[test]
fn cancelled_when_all_children_are_done_it_still_gives_its_values() {
    taipan::run(async {
        let done = Gate::new();
        let open = done.clone();
        let mut task = taipan::spawn(async move {
            let values = taipan::gather!(double(1), double(2)).await;
            open.open();
            values
        });
        done.pass().await;
        while !task.is_finished() {
            taipan::yield_now().await;
        }
        assert!(!task.cancel());
        assert_eq!((&mut task).await.unwrap(), (2, 4));
    });
}

// E103: in taipan a child that is not polled has not begun.
#[test]
fn children_built_before_a_failure_never_begin() {
    fn build(
        polls: &Counter,
        drops: &Counter,
    ) -> Result<impl Future<Output = Vec<u32>>, &'static str> {
        Ok(taipan::gather!(for n in 0..5 {
            if n == 3 {
                return Err("the fourth is wrong");
            }
            counted(double(n), polls, drops)
        }))
    }
    let (polls, drops) = (Counter::new(), Counter::new());
    assert_eq!(build(&polls, &drops).err(), Some("the fourth is wrong"));
    assert_eq!((polls.get(), drops.get()), (0, 3));
}

// E104
#[test]
fn values_come_in_order_of_the_arguments_not_of_their_ends() {
    for children in [3, 30, 129] {
        let gates: Vec<_> = (0..children).map(|_| Gate::new()).collect();
        let mut all = pin!(taipan::gather!(for (n, gate) in gates.iter().enumerate() {
            async move {
                gate.pass().await;
                n
            }
        }));
        for gate in gates.iter().rev() {
            assert!(poll_once(all.as_mut()).is_pending());
            gate.open();
        }
        assert_eq!(poll_once(all.as_mut()), Poll::Ready((0..children).collect()));
    }
}

#[test]
fn nothing_is_polled_before_it_is_awaited() {
    let (polls, drops) = (Counter::new(), Counter::new());
    drop(taipan::gather!(counted(double(1), &polls, &drops)));
    drop(taipan::gather([counted(double(1), &polls, &drops)]));
    assert_eq!((polls.get(), drops.get()), (0, 2));
}

#[test]
fn a_child_that_has_ended_is_dropped_at_once_and_never_polled_again() {
    let (polls, drops, gate) = (Counter::new(), Counter::new(), Gate::new());
    let mut all = pin!(taipan::gather!(counted(double(1), &polls, &drops), gate.pass()));
    let mut list = pin!(
        taipan::gather([counted(ready(1), &polls, &drops), counted(ready(2), &polls, &drops)])
            .limit(1)
    );
    assert!(poll_once(all.as_mut()).is_pending());
    assert!(poll_once(all.as_mut()).is_pending());
    assert_eq!((polls.get(), drops.get()), (1, 1));
    assert_eq!(poll_once(list.as_mut()), Poll::Ready(vec![1, 2]));
    assert_eq!((polls.get(), drops.get()), (3, 3));
}

#[test]
fn a_few_children_are_all_polled_each_time() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let mut all = pin!(taipan::gather((0..29).map(|_| counted(pending::<()>(), &polls, &drops))));
    assert!(poll_once(all.as_mut()).is_pending());
    assert!(poll_once(all.as_mut()).is_pending());
    assert_eq!(polls.get(), 2 * 29);
}

#[test]
fn of_many_children_only_the_woken_are_polled_and_wake_once() {
    let gates: Vec<_> = (0..100).map(|_| Gate::new()).collect();
    let (polls, drops) = (Counter::new(), Counter::new());
    let mut all =
        pin!(taipan::gather(gates.iter().map(|gate| counted(gate.pass(), &polls, &drops))));
    let (wakes, waker) = WakeCounter::new();
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    assert_eq!((polls.get(), wakes.get()), (100, 0));

    for woken in [3, 64, 99] {
        gates[woken].open();
    }
    assert_eq!(wakes.get(), 1);
    assert!(poll_with(all.as_mut(), &waker).is_pending());
    assert_eq!((polls.get(), drops.get(), wakes.get()), (103, 3, 1));

    assert!(poll_with(all.as_mut(), &waker).is_pending()); // nobody was woken
    assert_eq!((polls.get(), wakes.get()), (103, 1));

    gates.iter().for_each(Gate::open);
    assert_eq!(wakes.get(), 2);
    assert!(poll_with(all.as_mut(), &waker).is_ready());
    assert_eq!((polls.get(), drops.get()), (200, 100));
}

#[test]
fn many_children_that_wake_themselves_are_polled_once_a_poll() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let mut all = pin!(taipan::gather((0..50).map(|_| counted(
        async {
            futures_lite::future::yield_now().await;
            futures_lite::future::yield_now().await;
        },
        &polls,
        &drops
    ))));
    let (wakes, waker) = WakeCounter::new();
    for round in 1..=2 {
        assert!(poll_with(all.as_mut(), &waker).is_pending());
        assert_eq!((polls.get(), wakes.get()), (round * 50, round));
    }
    assert!(poll_with(all.as_mut(), &waker).is_ready());
    assert_eq!((polls.get(), wakes.get()), (150, 2));
}

#[test]
fn a_late_wake_of_an_ended_child_polls_nobody() {
    let gates: Vec<_> = (0..40).map(|_| Gate::new()).collect();
    let (polls, drops) = (Counter::new(), Counter::new());
    let either = |gate: Gate, other: Gate| async move {
        taipan::race!(gate.pass(), other.pass()).await;
    };
    let mut all = pin!(taipan::gather((0..40).map(|n| counted(
        either(gates[n].clone(), gates[(n + 1) % 40].clone()),
        &polls,
        &drops
    ))));
    assert!(poll_once(all.as_mut()).is_pending());
    gates[1].open(); // ends children 0 and 1
    assert!(poll_once(all.as_mut()).is_pending());
    assert_eq!((polls.get(), drops.get()), (42, 2));
    gates[0].open(); // wakes child 0, which has ended, and child 39
    assert!(poll_once(all.as_mut()).is_pending());
    assert_eq!((polls.get(), drops.get()), (43, 3));
}

#[test]
fn a_limit_bounds_how_many_run_and_starts_them_in_order() {
    for children in [5, 50] {
        let gates: Vec<_> = (0..children).map(|_| Gate::new()).collect();
        let (polls, drops) = (Counter::new(), Counter::new());
        let started = |n: usize| (n + 2).min(children);
        let mut all = pin!(
            taipan::gather!(counted(gate.pass(), &polls, &drops) for gate in &gates, limit = 2)
        );
        assert!(poll_once(all.as_mut()).is_pending());
        let mut before = polls.get();
        assert_eq!(before, 2);
        for (n, gate) in gates.iter().enumerate() {
            assert_eq!(drops.get(), n);
            gate.open();
            let ended = poll_once(all.as_mut()).is_ready();
            assert_eq!(ended, n + 1 == children);
            // The one that ended, the one that starts in its place and, of a few, the one beside it.
            let beside = usize::from(children == 5 && n + 1 < children);
            assert_eq!(polls.get() - before, 1 + beside + started(n + 1) - started(n));
            before = polls.get();
        }
    }
}

#[test]
fn ready_children_need_one_poll_under_any_limit() {
    for limit in [1, 3, 1000] {
        let mut all = pin!(taipan::gather((0..100).map(double)).limit(limit));
        assert_eq!(poll_once(all.as_mut()), Poll::Ready((0..100).map(|n| n * 2).collect()));
    }
}

#[test]
#[should_panic(expected = "a limit of 0 lets nothing run")]
fn a_limit_of_0_panics() {
    let zero = "".len();
    drop(taipan::gather!(..[ready(1)], limit = zero));
}

#[test]
#[should_panic(expected = "polled after its end")]
fn polled_after_its_end_it_panics() {
    let mut all = pin!(taipan::gather([ready(1)]));
    assert!(poll_once(all.as_mut()).is_ready());
    let _ = poll_once(all.as_mut());
}

#[test]
fn a_panic_of_a_child_comes_out_and_the_others_are_dropped() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let result = catch_unwind(AssertUnwindSafe(|| {
        taipan::run(async {
            taipan::gather!(counted(pending::<()>(), &polls, &drops), async { panic!("child") })
                .await
        })
    }));
    assert_eq!(*result.unwrap_err().downcast::<&str>().unwrap(), "child");
    assert_eq!(drops.get(), 1);
}

#[test]
fn arguments_may_borrow_locals_and_temporaries() {
    async fn length(text: &str) -> usize {
        text.len()
    }
    let word = String::from("word");
    let future = async {
        taipan::gather!(
            length(&word),
            length(&format!("{word}s")),
            length(word.to_uppercase().as_str())
        )
        .await
    };
    assert_eq!(poll_once(pin!(future)), Poll::Ready((4, 5, 4)));
    let future = async {
        taipan::gather!(length(word) for word in &["a".to_string(), "bc".to_string()]).await
    };
    assert_eq!(poll_once(pin!(future)), Poll::Ready(vec![1, 2]));
}

#[test]
fn the_body_of_a_for_is_part_of_the_function() {
    async fn parse(texts: &[&str]) -> Result<Vec<u32>, std::num::ParseIntError> {
        let mut sum = 0;
        let values = taipan::gather!(for text in texts {
            if text.is_empty() {
                continue;
            }
            if *text == "end" {
                break;
            }
            let n: u32 = text.parse()?;
            sum += double(n).await;
            double(sum)
        })
        .await;
        Ok(values)
    }
    assert_eq!(poll_once(pin!(parse(&["1", "", "2", "end", "no"]))), Poll::Ready(Ok(vec![4, 12])));
    assert!(matches!(poll_once(pin!(parse(&["1", "no"]))), Poll::Ready(Err(_))));
}

#[test]
fn clauses_of_a_comprehension_nest_as_written() {
    let pairs = async {
        taipan::gather!(ready((x, y)) for x in 0..4 if x % 2 == 1 for y in 0..x if y != 1).await
    };
    assert_eq!(poll_once(pin!(pairs)), Poll::Ready(vec![(1, 0), (3, 0), (3, 2)]));
}

#[test]
fn sixteen_arguments_of_sixteen_types() {
    let all = async {
        taipan::gather!(
            ready(0_u8),
            ready(1_u16),
            ready(2_u32),
            ready(3_u64),
            ready("4"),
            ready('5'),
            ready(Some(6)),
            ready([7]),
            ready((8,)),
            ready(String::from("9")),
            ready(10.0),
            ready(true),
            ready(()),
            ready(vec![13]),
            ready(14_i8),
            ready(15_i16),
        )
        .await
    };
    let Poll::Ready(all) = poll_once(pin!(all)) else { panic!("all are ready") };
    assert_eq!((all.0, all.4, all.9.as_str(), all.15), (0, "4", "9", 15));
}

#[test]
fn every_form_works_in_a_task() {
    taipan::run(async {
        let words = vec![String::from("a"), String::from("bc")];
        let task = taipan::spawn(async move {
            async fn length(word: &str) -> Result<usize, &'static str> {
                taipan::yield_now().await;
                Ok(word.len())
            }
            let () = taipan::gather!().await;
            let (one, text) = taipan::gather!(length(&words[0]), async { "text" }).await;
            let splat = taipan::gather!(..words.iter().map(|word| length(word))).await;
            let limited = taipan::gather!(..words.iter().map(|word| length(word)), limit = 1).await;
            let looped = taipan::gather!(
                for word in &words {
                    length(word)
                },
                limit = 1
            )
            .await;
            let comprehension =
                taipan::gather!(length(word) for word in &words if word.len() > 1).await;
            let function = taipan::gather(words.iter().map(|word| length(word))).limit(2).await;
            assert_eq!((one, text, comprehension), (Ok(1), "text", vec![Ok(2)]));
            [splat, limited, looped, function]
        });
        assert_eq!(task.await.unwrap(), [const { [Ok(1), Ok(2)] }; 4].map(Vec::from));
    });
}

#[test]
fn tasks_on_many_threads_wake_a_wide_gather() {
    taipan::Runtime::builder().threads(4).build().run(async {
        for round in 0..20_u32 {
            let tasks = (0..200).map(|n| {
                taipan::spawn(async move {
                    for _ in 0..(n % 7) {
                        taipan::yield_now().await;
                    }
                    n + round
                })
            });
            let values = taipan::gather!(..tasks.collect::<Vec<_>>(), limit = 150).await;
            assert!(values.into_iter().map(Result::unwrap).eq(round..round + 200));
        }
    });
}
