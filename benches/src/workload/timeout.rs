//! A limit of time that is never reached: the common case.

use std::time::Duration;

use super::Workload;
use crate::kit::Kit;
use crate::rival::Rival;

/// One task, one limit after the other, each over a future that waits once.
pub(crate) struct Timeout;

const TURNS: u64 = 200_000;
const LIMIT: Duration = Duration::from_secs(30);

impl Workload for Timeout {
    const NAME: &'static str = "timeout";
    const ABOUT: &'static str = "a limit of 30 s over a future that yields once; a limit";
    const OPERATIONS: u64 = TURNS;
    const ANSWER: u64 = TURNS;

    async fn round<R: Rival>() -> u64 {
        let mut in_time = 0;
        for _ in 0..TURNS {
            let future = futures_lite::future::yield_now();
            in_time += u64::from(R::Kit::timeout(LIMIT, future).await.is_some());
        }
        in_time
    }
}
