//! `race` and `race_ok`, as macros and as functions: who wins, and what becomes of the losers.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt;
use std::future::{Ready, pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use taipan::AllFailed;
use taipan_tests::{Counter, Gate, Log, WakeCounter, counted, poll_once, poll_with};

/// Waits for `gate`, then gives `value`.
async fn after<T>(gate: &Gate, value: T) -> T {
    gate.pass().await;
    value
}

/// Says `word` when it is dropped.
struct Says(Log, &'static str);

impl Drop for Says {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}

// G133, G138
#[test]
fn the_first_to_end_wins_wherever_it_stands() {
    let gates = [Gate::new(), Gate::new(), Gate::new()];
    for (winner, gate) in gates.iter().enumerate() {
        let others = Gate::new();
        let of = |n: usize| if n == winner { gate } else { &others };
        let mut race = pin!(taipan::race!(after(of(0), 0), after(of(1), 1), after(of(2), 2)));
        let mut list = pin!(taipan::race((0..3).map(|n| after(of(n), n))));
        assert!(poll_once(race.as_mut()).is_pending());
        assert!(poll_once(list.as_mut()).is_pending());
        gate.open();
        assert_eq!(poll_once(race.as_mut()), Poll::Ready(winner));
        assert_eq!(poll_once(list.as_mut()), Poll::Ready(winner));
    }
}

// G145
#[test]
fn on_a_tie_the_first_argument_wins_and_the_others_are_not_polled() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let child = |n| counted(ready(n), &polls, &drops);
    assert_eq!(poll_once(pin!(taipan::race!(child(1), child(2)))), Poll::Ready(1));
    assert_eq!((polls.get(), drops.get()), (1, 2));
    assert_eq!(poll_once(pin!(taipan::race((1..=50).map(child)))), Poll::Ready(1));
    assert_eq!((polls.get(), drops.get()), (2, 52));
}

// G145
#[test]
fn on_a_tie_of_two_oks_the_first_argument_wins() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let child = |result: Result<u32, &'static str>| counted(ready(result), &polls, &drops);
    let race = taipan::race_ok!(child(Err("no")), child(Ok(1)), child(Ok(2)));
    assert_eq!(poll_once(pin!(race)), Poll::Ready(Ok(1)));
    assert_eq!((polls.get(), drops.get()), (2, 3));
}

// G140: taipan's race owns its children.
#[test]
fn losers_are_dropped_when_the_winner_ends() {
    for children in [3, 40] {
        let (polls, drops, gate) = (Counter::new(), Counter::new(), Gate::new());
        let mut race = pin!(taipan::race!(for n in 0..children {
            let (gate, polls, drops) = (&gate, &polls, &drops);
            counted(
                async move { if n == 1 { after(gate, n).await } else { pending().await } },
                polls,
                drops,
            )
        }));
        assert!(poll_once(race.as_mut()).is_pending());
        assert_eq!((polls.get(), drops.get()), (children, 0));
        gate.open();
        assert_eq!(poll_once(race.as_mut()), Poll::Ready(1));
        // Of a few, the one before the winner is polled again; of many, only the woken winner.
        assert_eq!(
            (polls.get(), drops.get()),
            (children + if children == 3 { 2 } else { 1 }, children)
        );
    }
}

// G140
#[test]
fn tasks_of_losers_have_ended_before_the_value_comes_out() {
    taipan::run(async {
        for form in 0..2 {
            let log = Log::new();
            let started = Gate::new();
            let (says, start) = (log.clone(), started.clone());
            let stuck = taipan::spawn(async move {
                let _says = Says(says, "ended");
                start.open();
                pending::<&str>().await
            });
            let loser = async move { stuck.await.unwrap() };
            let value = if form == 0 {
                taipan::race!(loser, after(&started, "won")).await
            } else {
                taipan::race_ok!(async { Ok::<_, ()>(loser.await) }, async {
                    Ok(after(&started, "won").await)
                })
                .await
                .unwrap()
            };
            log.add(value);
            assert_eq!(log.get(), "ended won");
        }
    });
}

// G141: the first value wins, and an error is a value.
#[test]
fn an_error_may_win_a_race() {
    let race = taipan::race!(pending(), ready(Err::<(), _>("failed")));
    assert_eq!(poll_once(pin!(race)), Poll::Ready(Err("failed")));
}

#[test]
#[should_panic(expected = "no value could ever come")]
fn a_race_of_no_future_panics() {
    let none: [Ready<()>; 0] = [];
    drop(taipan::race!(..none));
}

// E142
#[test]
fn nobody_wins_a_race_ok_of_no_future_and_there_is_no_error_to_tell() {
    let none: [Ready<Result<(), &str>>; 0] = [];
    let Poll::Ready(Err(failed)) = poll_once(pin!(taipan::race_ok(none))) else {
        panic!("nobody can win")
    };
    assert_eq!(failed.to_string(), "there was nothing to try");
    assert!(failed.into_inner().is_empty());
}

// G143: one failure leaves the others running.
#[test]
fn a_failure_does_not_end_a_race_ok() {
    let gate = Gate::new();
    let (polls, drops) = (Counter::new(), Counter::new());
    let mut race = pin!(taipan::race_ok!(
        counted(ready(Err::<&str, _>("refused")), &polls, &drops),
        after(&gate, Ok("second"))
    ));
    assert!(poll_once(race.as_mut()).is_pending());
    assert!(poll_once(race.as_mut()).is_pending());
    assert_eq!((polls.get(), drops.get()), (1, 1)); // the failed one is gone, its error is kept
    gate.open();
    assert_eq!(poll_once(race.as_mut()), Poll::Ready(Ok("second")));
}

// G146
#[test]
fn all_errors_are_kept_in_order_of_the_arguments() {
    let gates = [Gate::new(), Gate::new(), Gate::new()];
    let mut race = pin!(taipan::race_ok!(
        after(&gates[0], Err::<(), _>("first")),
        after(&gates[1], Err("second")),
        after(&gates[2], Err("third"))
    ));
    let mut list = pin!(taipan::race_ok(
        gates
            .iter()
            .zip(["first", "second", "third"])
            .map(|(gate, error)| after(gate, Err::<(), _>(error)))
    ));
    for gate in gates.iter().rev() {
        assert!(poll_once(race.as_mut()).is_pending());
        assert!(poll_once(list.as_mut()).is_pending());
        gate.open();
    }
    let Poll::Ready(Err(failed)) = poll_once(race.as_mut()) else { panic!("all fail") };
    let array: [&str; 3] = failed.into_inner();
    assert_eq!(array, ["first", "second", "third"]);
    let Poll::Ready(Err(failed)) = poll_once(list.as_mut()) else { panic!("all fail") };
    assert!(failed.iter().eq(&array));
    assert!((&failed).into_iter().eq(&array));
}

#[test]
fn all_failed_is_an_error_that_lists_them_all() {
    #[derive(Debug, Clone, PartialEq)]
    struct Refused(u16);
    impl fmt::Display for Refused {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "port {} refused", self.0)
        }
    }
    impl Error for Refused {}

    let race = async {
        let port = taipan::race_ok!(for port in [80, 443] {
            ready(Err::<u16, _>(Refused(port)))
        })
        .await?;
        Ok::<_, taipan::BoxError>(port)
    };
    let Poll::Ready(Err(error)) = poll_once(pin!(race)) else { panic!("all fail") };
    assert_eq!(error.to_string(), "all 2 failed: port 80 refused; port 443 refused");
    let failed = error.downcast_ref::<AllFailed<Refused>>().unwrap();
    assert_eq!(failed.iter().map(|error| error.0).collect::<Vec<_>>(), [80, 443]);
}

#[test]
fn a_race_of_one_is_that_one() {
    assert_eq!(poll_once(pin!(taipan::race!(ready(1)))), Poll::Ready(1));
    assert_eq!(poll_once(pin!(taipan::race_ok!(ready(Ok::<_, ()>(1))))), Poll::Ready(Ok(1)));
}

#[test]
fn many_racers_are_polled_only_when_woken() {
    let gates: Vec<_> = (0..64).map(|_| Gate::new()).collect();
    let (polls, drops) = (Counter::new(), Counter::new());
    let mut race = pin!(taipan::race_ok(gates.iter().enumerate().map(|(n, gate)| counted(
        after(gate, if n == 63 { Ok(n) } else { Err(n) }),
        &polls,
        &drops
    ))));
    let (wakes, waker) = WakeCounter::new();
    assert!(poll_with(race.as_mut(), &waker).is_pending());
    gates[5].open();
    assert!(poll_with(race.as_mut(), &waker).is_pending());
    gates[63].open();
    assert_eq!((polls.get(), drops.get(), wakes.get()), (65, 1, 2));
    assert_eq!(poll_with(race.as_mut(), &waker), Poll::Ready(Ok(63)));
    assert_eq!((polls.get(), drops.get()), (66, 64));
}

#[test]
fn a_panic_of_a_racer_comes_out_once_the_losers_have_ended() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let result = catch_unwind(AssertUnwindSafe(|| {
        let race =
            taipan::race!(counted(pending::<()>(), &polls, &drops), async { panic!("racer") });
        poll_once(pin!(race))
    }));
    assert_eq!(*result.unwrap_err().downcast::<&str>().unwrap(), "racer");
    assert_eq!((polls.get(), drops.get()), (1, 1));
}

#[test]
#[should_panic(expected = "polled after its end")]
fn polled_after_its_end_it_panics() {
    let mut race = pin!(taipan::race!(ready(1), ready(2)));
    assert!(poll_once(race.as_mut()).is_ready());
    let _ = poll_once(race.as_mut());
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
            let raced = [
                taipan::race!(length(&words[1]), async { pending().await }).await,
                taipan::race!(..words.iter().rev().map(|word| length(word))).await,
                taipan::race!(for word in words.iter().rev() {
                    length(word)
                })
                .await,
                taipan::race!(length(word) for word in &words if word.len() > 1).await,
                taipan::race(words.iter().rev().map(|word| length(word))).await,
            ];
            let raced_ok = [
                taipan::race_ok!(async { Err("no") }, length(&words[1]))
                    .await
                    .map_err(|failed| failed.to_string()),
                taipan::race_ok!(..words.iter().rev().map(|word| length(word)))
                    .await
                    .map_err(|e| e.to_string()),
                taipan::race_ok!(for word in words.iter().rev() {
                    length(word)
                })
                .await
                .map_err(|e| e.to_string()),
                taipan::race_ok!(length(word) for word in &words if word.len() > 1)
                    .await
                    .map_err(|e| e.to_string()),
            ];
            (raced, raced_ok)
        });
        assert_eq!(task.await.unwrap(), ([Ok(2); 5], [const { Ok(2) }; 4]));
    });
}
