//! `timeout!(limit, { .. })` and `timeout!(t = limit, { .. })`: a limit for a part of a function, on a virtual clock.
#![forbid(unsafe_code)]

use std::future::pending;
use std::time::Duration;

use taipan::prelude::*;
use taipan::time::Instant;
use taipan::timeout::Elapsed;
use taipan_tests::Log;

#[path = "support/noted.rs"]
mod support;
use support::{noted, observe};

fn since(start: Instant) -> Duration {
    Instant::now().duration_since(start)
}

#[taipan::test(virtual_time)]
async fn in_time_it_gives_the_value() {
    let start = Instant::now();
    let value = timeout!(10s, {
        sleep!(9s).await;
        7
    });
    assert_eq!((value, since(start)), (Ok(7), 9.secs()));
}

#[taipan::test(virtual_time)]
async fn at_the_limit_the_body_stops_and_goes_on_nowhere() {
    let (start, log) = (Instant::now(), Log::new());
    let value: Result<u32, Elapsed> = timeout!(10s, {
        log.add("begun");
        sleep!(11s).await;
        log.add("unreachable");
        7
    });
    assert_eq!(value.unwrap_err().to_string(), "timed out after 10s");
    assert_eq!((&*log.get(), since(start)), ("begun", 10.secs()));
    sleep!(10s).await;
    assert_eq!(log.get(), "begun");
}

#[taipan::test(virtual_time)]
async fn at_the_limit_the_exits_are_awaited_first() {
    let (start, log) = (Instant::now(), Log::new());
    let value = timeout!(1s, {
        let slow = {
            let log = log.clone();
            async move |outcome| {
                sleep!(5s).await;
                log.add(format!("slow:{outcome:?}"));
            }
        };
        finally!({ with!(_ = noted(&log, "inner"), { pending::<u32>().await }) }, slow)
    });
    log.add("end");
    assert!(value.is_err());
    assert_eq!(log.get(), "inner:Cancelled slow:Cancelled end");
    assert_eq!(since(start), 6.secs());
}

#[taipan::test(virtual_time)]
async fn the_tighter_of_two_limits_ends_what_it_limits() {
    let start = Instant::now();
    let inner = timeout!(10s, {
        let inner = timeout!(2s, { pending::<u32>().await });
        assert_eq!(since(start), 2.secs());
        inner.is_err()
    });
    assert_eq!((inner, since(start)), (Ok(true), 2.secs()));
    let log = Log::new();
    let outer = timeout!(1s, {
        let inner: Result<(), Elapsed> = timeout!(1h, { pending().await });
        log.add("unreachable");
        inner
    });
    assert_eq!((outer.is_err(), &*log.get(), since(start)), (true, "", 3.secs()));
}

#[taipan::test(virtual_time)]
async fn the_body_moves_its_deadline() {
    let start = Instant::now();
    let received = timeout!(silence = 5s, {
        for _ in 0..3 {
            sleep!(4s).await;
            silence.reset(5.secs());
        }
        assert_eq!(silence.get(), Some(start + 17.secs()));
        sleep!(6s).await;
        "unreachable"
    });
    assert!(received.is_err());
    assert_eq!(since(start), 17.secs());
}

#[taipan::test(virtual_time)]
async fn a_deadline_is_set_late_and_removed() {
    let start = Instant::now();
    let limited = timeout!(limit = None, {
        sleep!(10s).await;
        limit.reset(1.secs());
        pending::<()>().await;
    });
    assert!(limited.is_err());
    assert_eq!(since(start), 11.secs());
    let unlimited = timeout!(limit = 1s, {
        limit.reset(None);
        sleep!(1h).await;
        7
    });
    assert_eq!(unlimited, Ok(7));
}

#[taipan::test(virtual_time)]
async fn another_task_moves_the_deadline() {
    let start = Instant::now();
    let value = timeout!(limit = 1h, {
        let handle = limit.handle();
        let mover = spawn(async move { handle.reset(2.secs()) });
        pending::<()>().await;
        mover
    });
    assert!(value.is_err());
    assert_eq!(since(start), 2.secs());
}

#[taipan::test(virtual_time)]
async fn every_kind_of_limit() {
    let start = Instant::now();
    let seconds: Duration = 2.secs();
    assert!(timeout!(seconds, { pending::<()>().await }).is_err());
    assert!(timeout!(Some(seconds), { pending::<()>().await }).is_err());
    assert!(timeout!(start + 7.secs(), { pending::<()>().await }).is_err());
    assert!(timeout!(1.5s, { pending::<()>().await }).is_err());
    assert!(timeout!(seconds / 4, { pending::<()>().await }).is_err());
    assert_eq!(since(start), 9.secs());
    let none: Option<Duration> = None;
    assert_eq!(timeout!(none, { sleep!(1h).await }), Ok(()));
}

async fn search(items: &[Result<u64, &'static str>], log: &Log) -> Result<u64, String> {
    let mut waited = 0;
    for item in items {
        timeout!(10s, {
            let seconds = (*item)?;
            with!(_ = noted(log, "a"), { sleep(seconds.secs()).await });
            match seconds {
                1 => continue,
                2 => break,
                3 => return Ok(300),
                _ => waited += seconds,
            }
        })
        .map_err(|elapsed| elapsed.to_string())?;
        log.add("next");
    }
    Ok(waited)
}

#[taipan::test(virtual_time)]
async fn every_way_out_of_the_body_acts_on_the_function() {
    for (items, result, told) in [
        (&[Ok(4), Ok(1), Ok(5)][..], Ok(9), "a:Returned next a:Returned a:Returned next"),
        (&[Ok(4), Ok(2), Ok(5)], Ok(4), "a:Returned next a:Returned"),
        (&[Ok(3), Ok(5)], Ok(300), "a:Returned"),
        (&[Err("body")], Err("body"), ""),
        (&[Ok(4), Ok(11)], Err("timed out after 10s"), "a:Returned next a:Cancelled"),
    ] {
        let log = Log::new();
        let found = search(items, &log).await;
        assert_eq!((found, &*log.get()), (result.map_err(str::to_owned), told), "{items:?}");
    }
}

#[taipan::test(virtual_time)]
async fn a_body_in_a_body_leaves_both() {
    async fn first(log: &Log) -> u32 {
        let mut n = 0;
        'all: loop {
            n += 1;
            let _ = timeout!(1h, {
                timeout!(silence = 1h, {
                    silence.reset(7200.secs());
                    sleep!(1s).await;
                    match n {
                        1 => continue,
                        2 => break 'all,
                        _ => log.add("unreachable"),
                    }
                })
                .unwrap();
            });
        }
        n
    }
    let log = Log::new();
    assert_eq!((first(&log).await, &*log.get()), (2, ""));
}

// The limit is no part of the body: what stands in it acts on the function by itself.
#[test]
fn a_question_mark_in_the_limit() {
    async fn limited(limit: Option<Duration>) -> Option<u32> {
        timeout!(limit?, { 7 }).ok()
    }
    let (values, ..) = observe(async |_| (limited(Some(3600.secs())).await, limited(None).await));
    assert_eq!(values, (Some(7), None));
}

#[test]
fn a_limit_of_zero_takes_the_value_of_a_body_without_a_wait() {
    let (values, ..) = observe(async |_| {
        let ready = timeout!(0s, { 7 });
        let waits = timeout!(0s, {
            yield_now().await;
            7
        });
        (ready, waits.is_err())
    });
    assert_eq!(values, (Ok(7), true));
}
