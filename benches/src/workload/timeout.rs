//! A limit of time that is never reached: the common case.

use std::time::Duration;

use super::{Workload, sized};
use crate::kit::Kit;
use crate::rival::Rival;

/// `TASKS` tasks at once; each sets one limit after the other, over a future that waits once.
pub(crate) struct Timeout<const TASKS: u64>;

/// Limits of one round, whatever the number of tasks.
const TURNS: u64 = sized(200_000);
const LIMIT: Duration = Duration::from_secs(30);

async fn limits<R: Rival>(turns: u64) -> u64 {
    let mut in_time = 0;
    for _ in 0..turns {
        let future = futures_lite::future::yield_now();
        in_time += u64::from(R::Kit::timeout(LIMIT, future).await.is_some());
    }
    in_time
}

impl<const TASKS: u64> Workload for Timeout<TASKS> {
    const NAME: &'static str = match TASKS {
        1 => "timeout",
        1000 => "timeout1000",
        _ => panic!("this number has no name"),
    };
    const ABOUT: &'static str = match TASKS {
        1 => "a limit of 30 s over a future that yields once; a limit",
        _ => "1000 tasks do as in timeout, at once; a limit",
    };
    const OPERATIONS: u64 = TURNS;
    const ANSWER: u64 = TURNS;

    async fn round<R: Rival>() -> u64 {
        if TASKS == 1 {
            return limits::<R>(TURNS).await;
        }
        let tasks: Vec<_> = (0..TASKS).map(|_| R::spawn(limits::<R>(TURNS / TASKS))).collect();
        let mut in_time = 0;
        for task in tasks {
            in_time += R::join(task).await;
        }
        in_time
    }
}
