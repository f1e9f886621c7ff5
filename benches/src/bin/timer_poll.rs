//! One kind of timer that never fires, N times: what `benches/instructions.sh` counts the instructions of.
//!
//! `timer_poll sleep|timeout|yield taipan|tokio N`: a sleep that is made, polled once and dropped; a limit of 30 s
//! over a future that yields once; and that future as it is, each on one thread.
#![forbid(unsafe_code)]

use std::future::poll_fn;
use std::pin::pin;
use std::process::ExitCode;
use std::task::Poll;
use std::time::Duration;

use futures_lite::future::yield_now;

const LONG: Duration = Duration::from_secs(30);

/// Polls what `make` makes once, in a task that is being polled anyway.
async fn once<F: Future>(times: u64, make: impl Fn() -> F) {
    for _ in 0..times {
        let mut future = pin!(make());
        let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        assert!(polled.is_pending(), "it is not over so soon");
    }
}

async fn yields(times: u64) {
    for _ in 0..times {
        yield_now().await;
    }
}

async fn taipan(kind: String, times: u64) -> bool {
    match &*kind {
        "sleep" => once(times, || taipan::sleep(LONG)).await,
        "timeout" => {
            for _ in 0..times {
                assert!(taipan::timeout(LONG, yield_now()).await.is_ok(), "it is in time");
            }
        }
        "yield" => yields(times).await,
        _ => return false,
    }
    true
}

async fn tokio(kind: String, times: u64) -> bool {
    match &*kind {
        "sleep" => once(times, || tokio::time::sleep(LONG)).await,
        "timeout" => {
            for _ in 0..times {
                let limited = tokio::time::timeout(LONG, yield_now());
                assert!(limited.await.is_ok(), "it is in time");
            }
        }
        "yield" => yields(times).await,
        _ => return false,
    }
    true
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(kind), Some(runtime), Some(times)) = (args.next(), args.next(), args.next()) else {
        return usage();
    };
    let Ok(times) = times.parse() else { return usage() };
    let known = match &*runtime {
        "taipan" => taipan::Runtime::builder().threads(1).build().run(async move {
            taipan::spawn(taipan(kind, times)).await.expect("nobody cancels it")
        }),
        "tokio" => {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            let Ok(runtime) = builder.enable_time().build() else { return ExitCode::FAILURE };
            runtime.block_on(async move {
                tokio::spawn(tokio(kind, times)).await.expect("nobody cancels it")
            })
        }
        _ => false,
    };
    if known { ExitCode::SUCCESS } else { usage() }
}

fn usage() -> ExitCode {
    eprintln!("usage: timer_poll sleep|timeout|yield taipan|tokio N");
    ExitCode::from(2)
}
