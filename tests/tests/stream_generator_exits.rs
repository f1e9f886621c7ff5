//! Generators and the macros with a body: time, exits, and what becomes of one that is left half-way.
#![forbid(unsafe_code)]

use std::num::ParseIntError;
use std::pin::{Pin, pin};

use futures_lite::StreamExt;
use taipan::prelude::*;
use taipan::stream::Stream;
use taipan_tests::{Gate, Log};

generator! {
    async fn countdown(n: u32) -> u32 {
        for n in (0..n).rev() {
            yield n;
            yield_now().await;
        }
    }
}

#[taipan::test(virtual_time)]
async fn time_literals_stand_everywhere() {
    generator! {
        async fn ticks(n: u32) -> std::time::Duration {
            for _ in 0..n {
                sleep(1h30m).await;
                yield 250ms;
            }
        }
    }
    let start = taipan::time::Instant::now();
    assert_eq!(ticks(2).count().await, 2);
    assert_eq!(start.elapsed().as_secs(), 3 * 60 * 60);
    assert_eq!(
        pin!(stream!({
            yield 2s;
        }))
        .next()
        .await
        .unwrap()
        .as_secs(),
        2
    );
}

/// A resource whose exit is noted when it has run, some polls later.
fn noted(log: &Log, name: &'static str) -> impl Resource<Exit = ()> + Send + use<> {
    let log = log.clone();
    with::closing_with((), move |(), outcome| async move {
        yield_now().await;
        log.add(format!("{name}:{outcome:?}"));
    })
}

generator! {
    async fn guarded(log: Log) -> u32 {
        with!(_ = noted(&log, "a"), {
            yield 1;
            with!(_ = noted(&log, "b"), {
                yield 2;
                for await n in countdown(2) {
                    yield n + 10;
                }
            });
            yield 3;
        });
        yield 4;
    }
}

#[taipan::test]
async fn exits_run_between_the_items() {
    let log = Log::new();
    async_for!(for n in guarded(log.clone()) {
        log.add(n.to_string());
    });
    assert_eq!(log.get(), "1 2 11 10 b:Returned 3 a:Returned 4");
}

#[taipan::test]
async fn one_that_is_left_half_way_runs_its_exits_before_the_scope_ends() {
    let log = Log::new();
    let scope = spawn({
        let log = log.clone();
        async move {
            async_for!(for n in guarded(log.clone()) {
                if n == 11 {
                    break;
                }
            });
            log.add("left");
        }
    });
    scope.await.unwrap();
    log.add("end");
    assert_eq!(log.get(), "left b:Cancelled a:Cancelled end");
}

#[taipan::test]
async fn the_bodys_exits_go_after_those_of_its_generator() {
    let log = Log::new();
    with!(_ = noted(&log, "around"), {
        async_for!(for _ in guarded(log.clone()) {
            break;
        });
    });
    assert_eq!(log.get(), "a:Cancelled around:Returned");
}

#[taipan::test]
async fn cancellation_reaches_the_body_first_and_then_the_generator() {
    let log = Log::new();
    let (ready, looped) = (Gate::new(), log.clone());
    let held = ready.clone();
    let task = spawn(async move {
        async_for!(for _ in guarded(looped.clone()) {
            with!(_ = noted(&looped, "body"), {
                held.open();
                std::future::pending::<()>().await;
            });
        });
    });
    ready.pass().await;
    assert!(task.stop().await.is_none());
    let words = log.get();
    let mut words: Vec<_> = words.split(' ').collect();
    // Not nested in each other: their exits run side by side.
    words.sort_unstable();
    assert_eq!(words, ["a:Cancelled", "body:Cancelled"]);
}

generator! {
    async fn chained(log: Log, depth: u32) -> u32 {
        let name = ["inner", "middle", "outer"][depth as usize];
        with!(_ = noted(&log, name), {
            yield depth;
            if depth > 0 {
                for await n in chain(log.clone(), depth - 1) {
                    yield n;
                }
            }
        });
    }
}

fn chain(log: Log, depth: u32) -> Pin<Box<dyn Stream<Item = u32> + Send>> {
    Box::pin(chained(log, depth))
}

#[taipan::test]
async fn a_chain_of_generators_is_left_from_the_innermost_to_the_outermost() {
    let log = Log::new();
    let looped = async {
        async_for!(for n in chain(log.clone(), 2) {
            if n == 0 {
                break;
            }
        });
    };
    timeout(1.secs(), looped).await.unwrap();
    assert_eq!(log.get(), "inner:Cancelled middle:Cancelled outer:Cancelled");
}

#[test]
fn the_error_of_an_exit_that_runs_late_is_reported() {
    let reports = Log::new();
    let hook = {
        let reports = reports.clone();
        move |report: &taipan::Report| reports.add(report.message())
    };
    let result = taipan::Runtime::builder().error_hook(hook).build().run(async {
        generator! {
            async fn numbers() -> Result<u32, String> {
                let fails = closing((), |()| async { Err::<(), _>("exit".to_owned()) });
                with!(_ = fails, {
                    yield Ok(1);
                    yield Ok(2);
                })?;
            }
        }
        async_for!(for item in numbers() {
            let _: u32 = item?;
            return Err("body".to_owned());
        });
        Ok(())
    });
    assert_eq!((result, reports.get()), (Err("body".to_owned()), "exit".to_owned()));
}

#[test]
fn one_still_open_at_the_end_of_the_run_is_left_while_the_loop_works() {
    let log = Log::new();
    let noted = log.clone();
    taipan::run(async move {
        spawn(async move {
            let mut items = Box::pin(guarded(noted.clone()));
            assert_eq!(items.next().await, Some(1));
            noted.add("open");
            std::future::pending::<()>().await;
        })
        .detach();
        yield_now().await;
        yield_now().await;
    });
    assert_eq!(log.get(), "open a:Cancelled");
}

#[taipan::test(virtual_time)]
async fn a_limit_inside_counts_the_time_of_the_consumer() {
    let slow = stream!({
        let ended = timeout!(1s, {
            yield "first";
            yield "late";
            yield "last"; // after its time: a body that is over its limit is asked once more
            yield "never";
        });
        yield if ended.is_err() { "over" } else { "in time" };
    });
    let mut seen = Vec::new();
    async_for!(for item in slow {
        seen.push(item);
        sleep!(600ms).await;
    });
    assert_eq!(seen, ["first", "late", "last", "over"]);
}

/// An item that was handed out by a body which was cancelled in the same poll is not lost, and goes first.
#[taipan::test(virtual_time)]
async fn an_item_of_a_body_that_is_cancelled_is_not_lost() {
    let late = stream!({
        let ended = timeout!(0s, {
            yield 1;
            yield 2;
        });
        assert!(ended.is_err());
        yield 3;
    });
    assert_eq!(late.collect::<Vec<_>>().await, [1, 3]);
    let failed = stream!({
        timeout!(0s, {
            yield Ok(1);
        })?;
    });
    let failed: Vec<Result<u32, taipan::Elapsed>> = failed.collect().await;
    assert_eq!((failed.len(), failed[0].is_ok(), failed[1].is_err()), (2, true, true));
}

#[taipan::test]
async fn jumps_and_failures_in_the_bodies_of_other_macros() {
    generator! {
        async fn numbers(log: Log) -> Result<u32, ParseIntError> {
            'outer: for (round, word) in ["1", "2", "3", "x", "5"].into_iter().enumerate() {
                finally!({
                    async_for!(for n in countdown(3) {
                        if round == 1 {
                            continue 'outer;
                        }
                        if n == 1 {
                            break;
                        }
                        yield Ok(n * 100);
                    });
                    let n: u32 = word.parse()?;
                    yield Ok(n);
                    if round == 7 {
                        return;
                    }
                }, { let log = log.clone(); async move |how| log.add(format!("{round}:{how:?}")) });
            }
        }
    }
    let log = Log::new();
    let items: Vec<_> = numbers(log.clone()).map(Result::ok).collect().await;
    assert_eq!(items, [Some(200), Some(1), Some(200), Some(3), Some(200), None]);
    assert_eq!(log.get(), "0:Returned 1:Returned 2:Returned 3:Failed");
}

#[taipan::test]
async fn items_may_come_out_of_the_arms_of_a_select_and_between_the_futures_of_a_gather() {
    let items = stream!({
        for _ in 0..2 {
            select!(match (biased, n = async { 1 }) {
                n(n) => yield n,
            });
        }
        let sum = gather!(for n in [10, 20] {
            yield n;
            async move { n }
        });
        yield sum.await.into_iter().sum();
    });
    assert_eq!(items.collect::<Vec<i32>>().await, [1, 1, 10, 20, 30]);
}
