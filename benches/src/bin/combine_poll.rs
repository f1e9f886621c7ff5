//! Gathering and selecting beside what tokio's users take for it: what `benches/combine.sh` counts the instructions
//! of.
//!
//! `combine_poll KIND taipan|rival N`: N lives of a future, made, polled until it is ready, and dropped.
//!
//! 1. `ready10`, `yield10`, `channel10` (10, 100, 1000 or 10000): that many children of a list, which are ready at
//!    once, wake themselves once, or wait for a value that comes from outside; `gather` beside `join_all`.
//! 2. `join2` (2, 3 or 10): that many children that wake themselves once; `gather!` beside `tokio::join!`.
//! 3. `select2` (2, 3 or 8): that many arms, of which the last is ready; `pending2`: no arm is ready, polled twice and
//!    dropped; `receive2`: that many channels, of which one gets a value after the first poll; `select!` beside
//!    `tokio::select!`.
//! 4. `race2`: the first of two that are ready; `race!` beside `tokio::select!`.
#![forbid(unsafe_code)]

use std::future::{Future, pending, ready};
use std::hint::black_box;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures_lite::future::yield_now;
use futures_util::future::join_all;

/// A waker that costs what one of a task costs to clone and to drop.
struct Awake;

impl Wake for Awake {
    fn wake(self: Arc<Self>) {}
}

/// Polls it until it is ready.
fn drive<F: Future>(cx: &mut Context<'_>, future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return black_box(output);
        }
    }
}

fn times(times: u32, mut life: impl FnMut(&mut Context<'_>)) {
    let waker = Waker::from(Arc::new(Awake));
    let mut cx = Context::from_waker(&waker);
    for _ in 0..times {
        life(&mut cx);
    }
}

async fn yields(n: usize) -> usize {
    yield_now().await;
    n
}

#[derive(Clone, Copy)]
enum Side {
    Taipan,
    Rival,
}

fn at_once(side: Side, children: usize, rounds: u32) {
    let list = || (0..black_box(children)).map(ready).collect::<Vec<_>>();
    times(rounds, |cx| {
        match side {
            Side::Taipan => drive(cx, taipan::gather(list())),
            Side::Rival => drive(cx, join_all(list())),
        };
    });
}

fn yielding(side: Side, children: usize, rounds: u32) {
    let list = || (0..black_box(children)).map(yields).collect::<Vec<_>>();
    times(rounds, |cx| {
        match side {
            Side::Taipan => drive(cx, taipan::gather(list())),
            Side::Rival => drive(cx, join_all(list())),
        };
    });
}

/// The channels are tokio's on both sides: what is measured is who polls them.
fn waiting(side: Side, children: usize, rounds: u32) {
    times(rounds, |cx| {
        let (senders, receivers): (Vec<_>, Vec<_>) =
            (0..black_box(children)).map(|_| tokio::sync::oneshot::channel::<usize>()).unzip();
        macro_rules! life {
            ($all:expr) => {{
                let mut all = pin!($all);
                assert!(all.as_mut().poll(cx).is_pending());
                for (n, sender) in senders.into_iter().enumerate() {
                    sender.send(n).unwrap();
                }
                assert!(black_box(all.as_mut().poll(cx)).is_ready());
            }};
        }
        match side {
            Side::Taipan => life!(taipan::gather(receivers)),
            Side::Rival => life!(join_all(receivers)),
        }
    });
}

macro_rules! join {
    ($name:ident: $($n:literal)+) => {
        fn $name(side: Side, rounds: u32) {
            times(rounds, |cx| match side {
                Side::Taipan => {
                    drive(cx, async { taipan::gather!($(yields(black_box($n))),+).await });
                }
                Side::Rival => {
                    drive(cx, async { tokio::join!($(yields(black_box($n))),+) });
                }
            });
        }
    };
}

join!(join2: 1 2);
join!(join3: 1 2 3);
join!(join10: 1 2 3 4 5 6 7 8 9 10);

macro_rules! choose {
    ($at_once:ident $never:ident $receives:ident: $($arm:ident)+) => {
        fn $at_once(side: Side, rounds: u32) {
            choose!(@ side, rounds, drive, $(($arm, ready(black_box(1)))),+);
        }

        fn $never(side: Side, rounds: u32) {
            fn twice(cx: &mut Context<'_>, future: impl Future) {
                let mut future = pin!(future);
                assert!(black_box(future.as_mut().poll(cx)).is_pending());
                assert!(black_box(future.as_mut().poll(cx)).is_pending());
            }
            choose!(@ side, rounds, twice, $(($arm, pending::<i32>())),+);
        }

        fn $receives(side: Side, rounds: u32) {
            match side {
                Side::Taipan => {
                    $(let $arm = taipan::sync::channel::<i32>(8);)+
                    let senders = [$(&$arm.0),+];
                    let mut next = 0;
                    times(rounds, |cx| {
                        let mut life = pin!(async {
                            taipan::select! { $(Some(n) = $arm.1.recv() => n,)+ else => 0 }
                        });
                        assert!(life.as_mut().poll(cx).is_pending());
                        senders[next % senders.len()].try_send(1).unwrap();
                        next += 1;
                        assert_eq!(life.as_mut().poll(cx), Poll::Ready(1));
                    });
                }
                Side::Rival => {
                    $(let mut $arm = tokio::sync::mpsc::channel::<i32>(8);)+
                    let senders = [$(&$arm.0),+];
                    let mut next = 0;
                    times(rounds, |cx| {
                        let mut life = pin!(async {
                            tokio::select! { $(Some(n) = $arm.1.recv() => n,)+ else => 0 }
                        });
                        assert!(life.as_mut().poll(cx).is_pending());
                        senders[next % senders.len()].try_send(1).unwrap();
                        next += 1;
                        assert_eq!(life.as_mut().poll(cx), Poll::Ready(1));
                    });
                }
            }
        }
    };
    (@ $side:ident, $rounds:ident, $drive:ident, $(($arm:ident, $future:expr)),+) => {
        times($rounds, |cx| match $side {
            Side::Taipan => {
                $drive(cx, async { taipan::select! { $(n = $future => n,)+ } });
            }
            Side::Rival => {
                $drive(cx, async { tokio::select! { $(n = $future => n,)+ } });
            }
        });
    };
}

choose!(select2 pending2 receive2: a b);
choose!(select3 pending3 receive3: a b c);
choose!(select8 pending8 receive8: a b c d e f g h);

fn race2(side: Side, rounds: u32) {
    let arm = || ready(black_box(1));
    times(rounds, |cx| {
        match side {
            Side::Taipan => drive(cx, async { taipan::race!(arm(), arm()).await }),
            Side::Rival => drive(cx, async {
                tokio::select! {
                    n = arm() => n,
                    n = arm() => n,
                }
            }),
        };
    });
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [kind, side, rounds] = &args[..] else { return usage() };
    let side = match &**side {
        "taipan" => Side::Taipan,
        "rival" => Side::Rival,
        _ => return usage(),
    };
    let Ok(rounds) = rounds.parse() else { return usage() };
    for (name, list) in
        [("ready", at_once as fn(Side, usize, u32)), ("yield", yielding), ("channel", waiting)]
    {
        if let Some(children) = kind.strip_prefix(name) {
            let Ok(children) = children.parse() else { return usage() };
            list(side, children, rounds);
            return ExitCode::SUCCESS;
        }
    }
    macro_rules! dispatch {
        ($($kind:ident)+) => {
            match &**kind {
                $(stringify!($kind) => $kind(side, rounds),)+
                _ => return usage(),
            }
        };
    }
    dispatch!(
        join2 join3 join10 select2 select3 select8 pending2 pending3 pending8 receive2 receive3 receive8
        race2
    );
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: combine_poll KIND taipan|rival N");
    ExitCode::from(2)
}
