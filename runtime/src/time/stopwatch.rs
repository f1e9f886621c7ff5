//! A bound in real time, whatever the clock of the tasks.

use std::future::poll_fn;
use std::time::{Duration, Instant};

use futures_lite::future;

use super::{Clock, Timer};

/// The system's time.
pub(crate) fn real_now() -> Instant {
    Instant::now()
}

/// How much real time is left of a span.
pub(crate) struct Stopwatch {
    started: Instant,
    span: Duration,
}

impl Stopwatch {
    pub(crate) fn start(span: Duration) -> Self {
        Stopwatch { started: Instant::now(), span }
    }

    pub(crate) fn remaining(&self) -> Duration {
        self.span.saturating_sub(self.started.elapsed())
    }

    /// Waits for `future`, but no longer than what is left. `None`: it has not ended by then.
    pub(crate) async fn bound<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut timer = Timer::after(Clock::System, self.remaining());
        let late = poll_fn(|cx| timer.poll(cx).map(|()| None));
        future::or(async { Some(future.await) }, late).await
    }
}
