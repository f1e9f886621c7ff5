//! What the suites of threads share: calls that block until they are let go.
#![allow(dead_code)] // no suite uses all of it

use std::sync::mpsc;

use taipan::Runtime;
use taipan_tests::Gate;

/// Returns a call that opens `begun` once it runs and then blocks until the sender is dropped.
pub(crate) fn blocked(begun: &Gate) -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
    let (release, held) = mpsc::channel::<()>();
    let begun = begun.clone();
    let call = move || {
        begun.open();
        let _ = held.recv();
    };
    (release, call)
}

/// Runs `main` on one thread.
pub(crate) fn run<F: Future>(main: F) -> F::Output {
    Runtime::builder().threads(1).build().run(main)
}
