//! `select!` and `gather!` beside the same written by hand: what `benches/instructions.sh` counts the instructions
//! of.
//!
//! `macro_poll KIND poll|run N`: N polls of a future that is never ready, or N futures, made, polled twice and
//! dropped. KIND: `select2`, `biased2`, `hand2` (2, 3 or 8 arms); `gather2`, `all2` (2, 3 or 10 children). By hand
//! (`hand`, `all`) means `poll_fn` over pinned futures: in the order of the text, and without the scope that waits for
//! the exits of the arms that lose.
#![forbid(unsafe_code)]

use std::future::poll_fn;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

use taipan::{gather, select};

/// Counts its polls, and ends at the one that is given. Never inlined, so that all kinds do the same work at
/// the bottom.
struct Work {
    polls: u32,
    end: u32,
}

impl Future for Work {
    type Output = u32;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        self.polls = black_box(self.polls.wrapping_add(1));
        if self.polls == self.end { Poll::Ready(self.polls) } else { Poll::Pending }
    }
}

/// Ends at its poll number `end`; 0: never.
fn work(end: u32) -> Work {
    Work { polls: 0, end }
}

/// The first arm ends, the others do not.
macro_rules! choice {
    ($select:ident, $biased:ident, $by_hand:ident: $first:ident $($arm:ident)+) => {
        async fn $select(end: u32) -> u32 {
            select!(match ($first = work(end), $($arm = work(0)),+) {
                $first(n) $(| $arm(n))+ => n,
            })
        }

        async fn $biased(end: u32) -> u32 {
            select!(match (biased, $first = work(end), $($arm = work(0)),+) {
                $first(n) $(| $arm(n))+ => n,
            })
        }

        async fn $by_hand(end: u32) -> u32 {
            let mut $first = pin!(work(end));
            $(let mut $arm = pin!(work(0));)+
            poll_fn(|cx| {
                if let Poll::Ready(n) = $first.as_mut().poll(cx) {
                    return Poll::Ready(n);
                }
                $(if let Poll::Ready(n) = $arm.as_mut().poll(cx) {
                    return Poll::Ready(n);
                })+
                Poll::Pending
            })
            .await
        }
    };
}

choice!(select2, biased2, hand2: a b);
choice!(select3, biased3, hand3: a b c);
choice!(select8, biased8, hand8: a b c d e f g h);

/// All children end.
macro_rules! all {
    ($gather:ident, $by_hand:ident: $($child:ident $output:ident)+) => {
        async fn $gather(end: u32) -> u32 {
            let ($($output,)+) = gather!($({ let $child = work(end); $child }),+).await;
            0 $(+ $output)+
        }

        async fn $by_hand(end: u32) -> u32 {
            $(let (mut $child, mut $output) = (pin!(work(end)), None);)+
            poll_fn(|cx| {
                let mut ended = true;
                $(if $output.is_none() {
                    match $child.as_mut().poll(cx) {
                        Poll::Ready(n) => $output = Some(n),
                        Poll::Pending => ended = false,
                    }
                })+
                if ended { Poll::Ready(0 $(+ $output.unwrap_or(0))+) } else { Poll::Pending }
            })
            .await
        }
    };
}

all!(gather2, all2: a p b q);
all!(gather3, all3: a p b q c r);
all!(gather10, all10: a p b q c r d s e t f u g v h w i x j y);

/// Polls a future that is never ready.
fn poll(times: u32, future: impl Future) {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..times {
        let polled = black_box(future.as_mut().poll(&mut cx));
        assert!(polled.is_pending(), "it never ends");
    }
}

/// Makes futures that end at their second poll.
fn run<F: Future>(times: u32, make: impl Fn(u32) -> F) {
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..times {
        let mut future = pin!(make(2));
        assert!(black_box(future.as_mut().poll(&mut cx)).is_pending(), "it waits once");
        assert!(black_box(future.as_mut().poll(&mut cx)).is_ready(), "then it ends");
    }
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [kind, what, times] = &args[..] else { return usage() };
    let Ok(times) = times.parse() else { return usage() };
    macro_rules! dispatch {
        ($($kind:ident)+) => {
            match (&**kind, &**what) {
                $((stringify!($kind), "poll") => poll(times, $kind(0)),
                (stringify!($kind), "run") => run(times, $kind),)+
                _ => return usage(),
            }
        };
    }
    dispatch!(
        select2 biased2 hand2 select3 biased3 hand3 select8 biased8 hand8
        gather2 all2 gather3 all3 gather10 all10
    );
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: macro_poll KIND poll|run N");
    ExitCode::from(2)
}
