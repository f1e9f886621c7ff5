//! What safe code can do to the runtime that nobody should: keep wakers, forget futures, carry them from run to run and
//! from thread to thread, poll them by hand, wake badly. Nothing worse comes of it than a clear panic, an error, or a wait;
//! the run goes on, or ends, as if nobody had, and memory stays sound (the sanitizer looks).
//!
//! What concerns one module only stands with its other tests: `sync_misuse`, `combine_wakers`, `net_tcp_life`.
#![forbid(unsafe_code)]

mod by_hand;
mod forgotten;
mod handles;
mod kinds;
mod moved;
mod nested;
mod thread_locals;
mod wakers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use taipan::Runtime;

/// A runtime that waits for nobody when main has ended, and says nothing of whom it left behind. (A worker that is held
/// up by a busy machine is left behind as well, and drops what it was at a moment later.)
fn hasty(threads: usize) -> Runtime {
    let builder = Runtime::builder().threads(threads).shutdown_timeout(Duration::ZERO);
    builder.error_hook(|_| {}).build()
}

/// A runtime that waits for its tasks, as most do.
fn patient(threads: usize) -> Runtime {
    Runtime::builder().threads(threads).error_hook(|_| {}).build()
}

/// Waits until that holds, which is seldom more than a moment.
fn soon(holds: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < patience, "it should hold by now");
        std::thread::yield_now();
    }
}

/// The message of the panic of `f`, if there is one.
fn panic_of<R>(f: impl FnOnce() -> R) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(f)).err()?;
    Some(match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().expect("a message")).to_owned(),
    })
}
