//! What the suites of task groups share.

use std::sync::mpsc;
use std::time::Duration;

use taipan::with::{Outcome, Resource, with};
use taipan::{Runtime, yield_now};
use taipan_tests::{Counter, Log};

/// Runs `case` on 1 and on 4 threads, and fails if it does not end.
pub(crate) fn check<F: AsyncFn() + Send + Sync + 'static>(case: F) {
    let (done, end) = mpsc::channel::<()>();
    let runs = std::thread::spawn(move || {
        for threads in [1, 4] {
            Runtime::builder().threads(threads).build().run(case());
        }
        drop(done);
    });
    let hangs = end.recv_timeout(Duration::from_secs(120)) == Err(mpsc::RecvTimeoutError::Timeout);
    assert!(!hangs, "the case does not end");
    if let Err(payload) = runs.join() {
        std::panic::resume_unwind(payload);
    }
}

/// Counts the resources that were entered, and those whose exit has run to its end.
#[derive(Clone, Default)]
pub(crate) struct Exits {
    pub(crate) entered: Counter,
    pub(crate) exited: Counter,
    /// In the order in which their exits ended.
    pub(crate) log: Log,
}

struct Held {
    name: &'static str,
    exits: Exits,
}

impl Resource for Held {
    type Exit = ();

    async fn exit(self, outcome: Outcome) {
        for _ in 0..3 {
            yield_now().await;
        }
        self.exits.exited.add();
        self.exits.log.add(format!("{}:{outcome:?}", self.name));
    }
}

impl Exits {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Runs `body` while it holds a resource, whose exit takes three polls.
    pub(crate) async fn hold<T>(self, name: &'static str, body: impl Future<Output = T>) -> T {
        self.entered.add();
        let held = Held { name, exits: self };
        with(held, async |_| body.await).await
    }

    /// How many were entered, if all of them have exited.
    #[track_caller]
    pub(crate) fn all(&self) -> usize {
        assert_eq!(self.entered.get(), self.exited.get(), "every exit has run");
        self.entered.get()
    }
}
