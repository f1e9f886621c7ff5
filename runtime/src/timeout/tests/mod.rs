//! The behaviours of timeouts on a virtual clock, with bodies that have async exits.

mod fixed;
mod movable;

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::scope::{Scope, defer};
use crate::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// What happened, in order, with the second at which it did.
#[derive(Clone)]
struct Log {
    start: Instant,
    said: Arc<Mutex<Vec<String>>>,
}

impl Log {
    fn new() -> Log {
        Log { start: Instant::now(), said: Arc::default() }
    }

    fn say(&self, word: &str) {
        self.said.lock().unwrap().push(format!("{word}@{}", self.seconds()));
    }

    fn get(&self) -> String {
        self.said.lock().unwrap().join(" ")
    }

    fn seconds(&self) -> u64 {
        self.start.elapsed().as_secs()
    }

    /// A guard whose async exit takes `seconds`.
    fn exit(&self, name: &'static str, seconds: u32) -> Exit {
        Exit { log: self.clone(), name, takes: seconds * SECOND }
    }
}

struct Exit {
    log: Log,
    name: &'static str,
    takes: Duration,
}

impl Drop for Exit {
    fn drop(&mut self) {
        let (log, name, takes) = (self.log.clone(), self.name, self.takes);
        log.say(name);
        defer(None, async move {
            sleep(takes).await;
            log.say(&format!("{name}-done"));
        });
    }
}

/// What a scope around `body` gives: `None` if it was cancelled.
fn scope<F: Future>(body: F) -> Pin<Box<Scope<F>>> {
    Box::pin(Scope::new(body))
}

fn panic_text(payload: &(dyn std::any::Any + Send)) -> &str {
    payload.downcast_ref::<&str>().copied().unwrap_or("not a str")
}
