//! Timers that are set and never ring: what limits of time leave behind in a program where all is well.

use std::time::Duration;

use futures_lite::future::poll_once;

use super::{Workload, sized};
use crate::kit::Kit;
use crate::rival::Rival;

/// A thousand sleeps at once, each polled once and dropped.
pub(crate) struct Timers;

const TIMERS: u64 = sized(100_000);
const AT_ONCE: u64 = 1000;

/// How many of these sleeps are not over at their first poll, after which all are dropped.
async fn set_and_drop<R: Rival>(seconds: impl Iterator<Item = u64>) -> u64 {
    // Boxed on every side, so that all of them are set before the first is dropped.
    let mut sleeps: Vec<_> =
        seconds.map(|s| Box::pin(R::Kit::sleep(Duration::from_secs(s)))).collect();
    let mut unfired = 0;
    for sleep in &mut sleeps {
        unfired += u64::from(poll_once(sleep).await.is_none());
    }
    unfired
}

impl Workload for Timers {
    const NAME: &'static str = "timers";
    const ABOUT: &'static str = "sets 1000 timers of minutes and drops them, 100 times; a timer";
    const OPERATIONS: u64 = TIMERS;
    const ANSWER: u64 = TIMERS;

    async fn round<R: Rival>() -> u64 {
        let (mut unfired, mut set) = (0, 0);
        while set < TIMERS {
            let end = TIMERS.min(set + AT_ONCE);
            unfired += set_and_drop::<R>((set..end).map(|number| 60 + number % 600)).await;
            set = end;
        }
        unfired
    }
}
