//! `select!`: both forms, and what they give.
#![forbid(unsafe_code)]

use std::future::{Ready, pending, ready};
use std::pin::pin;

use taipan::prelude::*;
use taipan::select;
use taipan_tests::Log;

#[taipan::test]
async fn the_first_future_that_is_ready_gives_the_value() {
    let value = select!(match (a = ready(1), b = pending::<&str>()) {
        a(n) => n,
        b(text) => text.len(),
    });
    assert_eq!(value, 1);
    let value = select! {
        n = pending::<usize>() => n,
        text = ready("two") => text.len(),
    };
    assert_eq!(value, 3);
}

async fn find(mut lines: Vec<Option<u32>>) -> Result<u32, String> {
    let mut seen = 0;
    'lines: loop {
        select!(match (line = ready(lines.pop().flatten()), quiet = pending::<()>()) {
            line(Some(n)) if n > 3 => break 'lines Ok(n),
            line(Some(0)) => return Err(format!("zero after {seen}")),
            line(Some(_)) => {
                seen += 1;
                yield_now().await;
                continue;
            }
            line(None) => Err("end".to_owned())?,
            quiet => {}
        });
    }
}

#[taipan::test]
async fn a_body_is_a_part_of_the_function() {
    assert_eq!(find(vec![Some(4), Some(1)]).await, Ok(4));
    assert_eq!(find(vec![Some(0), Some(1)]).await, Err("zero after 1".into()));
    assert_eq!(spawn(find(vec![Some(1)])).await.unwrap(), Err("end".into()));
}

#[taipan::test]
async fn a_pattern_that_does_not_match_disables_its_arm() {
    let value = select! {
        Some(n) = ready(None::<u32>) => n,
        Ok(n) = ready("5".parse::<u32>()) => n,
        else => 0,
    };
    assert_eq!(value, 5);
    let value = select! {
        Some(n) = ready(None::<u32>) => n,
        3 = ready(5) => 3,
        else => 0,
    };
    assert_eq!(value, 0);
}

#[taipan::test]
async fn a_condition_disables_its_arm() {
    for enabled in [true, false] {
        let value = select!(match (a = when(enabled, || ready(1)), b = when(false, || ready(2))) {
            a(n) => n,
            b(n) => n,
            disabled => 0,
        });
        assert_eq!(value, u32::from(enabled));
        let value = select! { biased; n = ready(1), if enabled => n, n = ready(2) => n };
        assert_eq!(value, if enabled { 1 } else { 2 });
    }
}

#[taipan::test(virtual_time)]
async fn default_and_timeout_end_the_wait() {
    let value = select! { () = pending() => 1, default => 2 };
    assert_eq!(value, 2);
    let value = select! { () = pending() => 1, timeout(2s) => 2 };
    assert_eq!(value, 2);
    let value = select!(match (a = sleep!(1s), b = sleep!(3s)) {
        a => 1,
        b => 2,
        timeout(2s) => 3,
    });
    assert_eq!(value, 1);
}

#[taipan::test]
async fn a_future_may_be_kept_for_the_next_round() {
    let mut rounds = 0;
    let mut long = pin!(async {
        for _ in 0..3 {
            yield_now().await;
        }
        "done"
    });
    let end = loop {
        select!(match (biased, long = &mut long, tick = yield_now()) {
            long(end) => break end,
            tick => rounds += 1,
        });
    };
    assert_eq!((end, rounds), ("done", 1)); // a tick takes two polls
}

#[taipan::test]
async fn the_exits_of_the_losers_run_before_the_body() {
    let log = Log::new();
    let loser = async {
        with!(
            _ = closing(log.clone(), |log| async move {
                yield_now().await;
                log.add("exit");
            }),
            {
                pending::<()>().await;
            }
        );
    };
    select!(match (loser = loser, winner = yield_now()) {
        loser => unreachable!(),
        winner => log.add("body"),
    });
    assert_eq!(log.get(), "exit body");
}

#[taipan::test]
async fn chance_decides_among_ready_futures() {
    let mut first = 0;
    for _ in 0..1000 {
        first += select!(match (a = ready(1), b = ready(0)) {
            a(n) => n,
            b(n) => n,
        });
    }
    assert!((400..600).contains(&first), "{first} of 1000");
    let biased: u32 = select!(match (biased, a = ready(1), b = ready(0)) {
        a(n) => n,
        b(n) => n,
    });
    assert_eq!(biased, 1);
}

#[test]
fn it_is_send_with_borrowed_outputs() {
    fn assert_send<T: Send>(future: T) -> T {
        future
    }
    let text = String::from("text");
    drop(assert_send(async {
        let a: Ready<&'static str> = ready("static");
        let len = select!(match (
            a = a,
            b = async {
                yield_now().await;
                text.as_str()
            }
        ) {
            a(a) => a.len(),
            b(b) => {
                yield_now().await;
                b.len()
            }
        });
        yield_now().await;
        len
    }));
}
