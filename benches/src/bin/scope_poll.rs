//! One kind of poll, N times: what `benches/instructions.sh` counts the instructions of.
//!
//! `scope_poll raw|scope|scope4 N`: a future that is never ready, as it is, in one scope, or in four.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

use taipan::__private::scope;

/// Counts its polls. Never inlined, so that the four kinds do the same work at the bottom.
struct Count(u64);

impl Future for Count {
    type Output = ();

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0 = black_box(self.0 + 1);
        Poll::Pending
    }
}

fn poll(times: u64, future: impl Future) {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..times {
        let polled = black_box(future.as_mut().poll(&mut cx));
        assert!(polled.is_pending(), "a count never ends");
    }
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [kind, times] = &args[..] else { return usage() };
    let Ok(times) = times.parse() else { return usage() };
    match &**kind {
        "raw" => poll(times, Count(0)),
        "scope" => poll(times, scope(Count(0))),
        "scope4" => poll(times, scope(scope(scope(scope(Count(0)))))),
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: scope_poll raw|scope|scope4 N");
    ExitCode::from(2)
}
