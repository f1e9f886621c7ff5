//! `async_for!`: what it goes over, the jumps in it, and what is dropped when it is left.
#![forbid(unsafe_code)]

use std::pin::pin;
use std::rc::Rc;

use futures_lite::{StreamExt, stream};
use taipan::prelude::*;
use taipan::stream::Stream;
use taipan_tests::{Counter, Log, on_drop};

/// Python's class style.
struct Countdown(u32);

impl AsyncIterator for Countdown {
    type Item = u32;

    async fn next(&mut self) -> Option<u32> {
        yield_now().await;
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

#[taipan::test]
async fn streams_and_async_iterators_are_gone_over() {
    let mut seen = Vec::new();
    async_for!(for n in Countdown(3) {
        seen.push(n);
    });
    async_for!(for n in stream::iter([7, 8]) {
        seen.push(n);
    });
    async_for!(n in Countdown(1) { seen.push(n); });
    assert_eq!(seen, [2, 1, 0, 7, 8, 0]);
}

#[taipan::test]
async fn items_that_are_borrowed_go_on_behind_the_loop() {
    let (mut countdown, mut numbers) = (Countdown(5), stream::iter(1..5));
    let mut seen = Vec::new();
    async_for!(for n in &mut countdown {
        seen.push(n);
        if n == 3 {
            break;
        }
    });
    async_for!(for n in &mut numbers {
        seen.push(n);
        break;
    });
    let mut pinned = pin!(numbers.map(|n| n * 10));
    async_for!(for n in pinned.as_mut() {
        seen.push(n);
        break;
    });
    assert_eq!(seen, [4, 3, 1, 20]);
    assert_eq!((countdown.next().await, pinned.next().await), (Some(2), Some(30)));
}

#[taipan::test]
async fn break_and_continue_are_those_of_a_loop() {
    let mut seen = Vec::new();
    async_for!(for n in Countdown(6) {
        if n % 2 == 0 {
            continue;
        }
        if n == 1 {
            break;
        }
        seen.push(n);
    });
    assert_eq!(seen, [5, 3]);
}

#[taipan::test]
async fn labels_reach_across_loops_of_both_kinds() {
    let mut seen = Vec::new();
    'plain: for round in 0..3 {
        async_for!('outer: for n in Countdown(4) {
            async_for!(for m in Countdown(4) {
                if m == 1 {
                    continue 'outer;
                }
                if n == 2 {
                    continue 'plain;
                }
                if round == 2 {
                    break 'plain;
                }
                seen.push((round, n, m));
            });
        });
    }
    assert_eq!(seen, [(0, 3, 3), (0, 3, 2), (1, 3, 3), (1, 3, 2)]);
}

async fn first_even(items: impl Stream<Item = Result<u32, String>>) -> Result<Option<u32>, String> {
    async_for!(for item in items {
        let item = item?;
        if item % 2 == 0 {
            return Ok(Some(item));
        }
    });
    Ok(None)
}

#[taipan::test]
async fn question_mark_and_return_leave_the_function() {
    let numbers = |numbers: &[u32]| stream::iter(numbers.to_vec()).map(Ok);
    assert_eq!(first_even(numbers(&[1, 4, 6])).await, Ok(Some(4)));
    assert_eq!(first_even(numbers(&[1, 3])).await, Ok(None));
    let broken = numbers(&[1]).chain(stream::iter([Err("torn".to_owned())]));
    assert_eq!(first_even(broken).await, Err("torn".to_owned()));
}

#[taipan::test]
async fn else_runs_when_the_items_end_and_break_gives_a_value() {
    let find = async |wanted| {
        async_for!(n in Countdown(4) {
            if n == wanted {
                break Some(n * 10);
            }
        } else {
            None
        })
    };
    assert_eq!((find(2).await, find(9).await), (Some(20), None));
    // With `for`, too; and without a `break`, or with one that gives nothing.
    let mut ended = 0;
    async_for!(for _ in Countdown(2) {} else { ended += 1; });
    async_for!('l: for _ in Countdown(2) { break 'l; } else { ended += 10; });
    assert_eq!(ended, 1);
    let value = async_for!(_ in Countdown(2) {} else { "ended" });
    assert_eq!(value, "ended");
}

#[taipan::test]
async fn a_jump_in_else_means_the_loop_around() {
    let mut rounds = 0;
    let value = loop {
        rounds += 1;
        let found = async_for!(n in Countdown(rounds) {
            if n == 2 {
                break n;
            }
        } else {
            continue;
        });
        async_for!(_ in Countdown(1) {} else { break found + rounds; });
    };
    assert_eq!(value, 2 + 3);
}

#[taipan::test]
async fn patterns_and_temporaries_are_those_of_a_for() {
    struct Pair(u32, u32);
    let mut sum = 0;
    async_for!(for Pair(a, mut b) in stream::iter([Pair(1, 2), Pair(3, 4)]) {
        b *= 10;
        sum += a + b;
    });
    async_for!(for (_, Ok(n) | Err(n)) in stream::iter([((), Ok(100)), ((), Err(1000))]) {
        sum += n;
    });
    // The string lives as long as the loop.
    async_for!(for c in stream::iter(format!("{}", 12).as_str().chars()) {
        sum += c.to_digit(10).unwrap() * 10_000;
    });
    assert_eq!(sum, 4 + 60 + 1100 + 30_000);
}

#[taipan::test]
async fn the_items_are_dropped_when_the_loop_is_left_and_before_else() {
    let log = Log::new();
    let items = || {
        let dropped = log.clone();
        let alive = on_drop(move || dropped.add("dropped"));
        stream::iter([1, 2]).inspect(move |_| _ = &alive)
    };
    async_for!(for _ in items() {
        break;
    });
    log.add("left");
    async_for!(_ in items() {} else { log.add("else") });
    assert_eq!(log.get(), "dropped left dropped else");
}

/// Not asked again after its end.
struct Strict(Counter);

impl AsyncIterator for Strict {
    type Item = ();

    async fn next(&mut self) -> Option<()> {
        self.0.add();
        if self.0.get() < 3 { Some(()) } else { None }
    }
}

#[taipan::test]
async fn nobody_is_asked_after_the_end() {
    let asked = Counter::new();
    async_for!(for () in Strict(asked.clone()) {});
    assert_eq!(asked.get(), 3);
}

/// In a body of another macro the loop's own jumps stay in it, and the others leave.
#[taipan::test]
async fn jumps_in_the_bodies_of_other_macros() {
    let log = Log::new();
    let noted = |name: &'static str| {
        let log = log.clone();
        closing((), move |()| async move { log.add(name) })
    };
    let mut rounds = 0;
    let value = 'outer: loop {
        rounds += 1;
        with!(_ = noted("exit"), {
            async_for!(n in Countdown(3) {
                if n == 1 {
                    break; // the loop's own
                }
            } else {
                unreachable!("it was left");
            });
            let found = async_for!(n in Countdown(5) {
                if n == 2 { break n } // the loop's own
            } else { 0 });
            assert_eq!(found, 2);
            async_for!(for n in Countdown(3) {
                if rounds == 1 {
                    continue 'outer;
                }
                if n == 2 {
                    continue; // the loop's own
                }
                break 'outer n;
            });
        });
    };
    assert_eq!((value, log.get().as_str()), (1, "exit exit"));
    // A jump in `else` leaves the body.
    let mut ended = 0;
    for _ in 0..3 {
        ended += 1;
        with!(_ = noted("again"), {
            async_for!(_ in Countdown(1) {} else { break });
        });
    }
    assert_eq!((ended, log.get().as_str()), (1, "exit exit again"));
    // And a body inside the loop is left by the loop's jumps.
    let mut seen = Vec::new();
    async_for!('l: for n in Countdown(4) {
        timeout!(1h, {
            if n == 2 {
                continue 'l;
            }
            if n == 0 {
                break;
            }
            seen.push(n);
        })
        .unwrap();
    });
    assert_eq!(seen, [3, 1]);
}

#[taipan::test]
async fn time_literals_stand_everywhere() {
    let limit = async_for!(n in stream::iter([1ms, 2s]) {
        if n > 1500ms { break n }
    } else { 0s });
    assert_eq!(limit.as_secs(), 2);
}

#[taipan::test(threads = 2)]
async fn generic_loops_can_be_spawned() {
    async fn sum<I: AsyncIterator<Item = u32>>(items: I) -> u32 {
        let mut sum = 0;
        async_for!(for n in items {
            sum += n;
        });
        sum
    }
    fn start<I: AsyncIterator<Item = u32> + Send + 'static>(items: I) -> Task<u32> {
        spawn(sum(items))
    }
    assert_eq!(start(Countdown(4)).await.unwrap(), 6);
    let of_stream = spawn(async {
        let mut sum = 0;
        async_for!(for n in stream::iter(1..4) {
            yield_now().await;
            sum += n;
        });
        sum
    });
    assert_eq!(of_stream.await.unwrap(), 6);
}

#[taipan::test]
async fn items_need_not_be_send() {
    let mut sum = 0;
    async_for!(for n in stream::iter([Rc::new(1), Rc::new(2)]) {
        sum += *n;
    });
    assert_eq!(sum, 3);
}

mod shadowed {
    #![allow(dead_code)]
    struct Option;
    struct Some;
    struct None;
    mod core {}
    mod std {}
    mod taipan {}

    pub(super) async fn count(items: super::Countdown) -> u32 {
        let mut __items = 0;
        ::taipan::async_for!(for __item in items {
            __items += __item;
        });
        ::taipan::async_for!(_ in super::Countdown(1) {} else { __items += 1; });
        __items
    }
}

#[taipan::test]
async fn names_of_the_user_are_the_users() {
    assert_eq!(shadowed::count(Countdown(4)).await, 7);
}
