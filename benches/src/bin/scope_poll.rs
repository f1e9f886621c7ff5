//! One kind of poll, N times: what `benches/instructions.sh` counts the instructions of.
//!
//! `scope_poll raw|scope|scope4|with N`: a future that is never ready, as it is, in one scope, in four, or in the
//! body of a `with`. `scope_poll task N`: a task that yields, with the way through the run queue.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

use taipan::__private::scope;
use taipan::{Outcome, Resource, Runtime, spawn, with, yield_now};

/// Counts its polls. Never inlined, so that all kinds do the same work at the bottom.
struct Count(u64);

impl Future for Count {
    type Output = ();

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0 = black_box(self.0 + 1);
        Poll::Pending
    }
}

/// A resource that costs nothing itself.
struct Nothing;

impl Resource for Nothing {
    type Exit = ();

    async fn exit(self, _: Outcome) {}
}

fn poll(times: u64, future: impl Future) {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..times {
        let polled = black_box(future.as_mut().poll(&mut cx));
        assert!(polled.is_pending(), "a count never ends");
    }
}

fn yields(times: u64) {
    Runtime::builder().threads(1).build().run(async move {
        let task = spawn(async move {
            for _ in 0..times {
                yield_now().await;
            }
        });
        assert!(task.await.is_ok(), "nobody cancels it");
    });
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [kind, times] = &args[..] else { return usage() };
    let Ok(times) = times.parse() else { return usage() };
    match &**kind {
        "raw" => poll(times, Count(0)),
        "scope" => poll(times, scope(Count(0))),
        "scope4" => poll(times, scope(scope(scope(scope(Count(0)))))),
        "with" => poll(times, with(Nothing, async |_| Count(0).await)),
        "task" => yields(times),
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: scope_poll raw|scope|scope4|with|task N");
    ExitCode::from(2)
}
