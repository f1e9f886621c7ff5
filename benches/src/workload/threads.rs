//! Calls that may block, on threads of their own.

use std::thread;
use std::time::Duration;

use super::{Workload, sized, sum_below};
use crate::kit::Kit;
use crate::rival::Rival;

/// All calls at once, which return at once.
pub(crate) struct Threads;

const CALLS: u64 = sized(20_000);

impl Workload for Threads {
    const NAME: &'static str = "threads";
    const ABOUT: &'static str = "20 000 calls on threads at once that return at once; a call";
    const OPERATIONS: u64 = CALLS;
    const ANSWER: u64 = sum_below(CALLS);

    async fn round<R: Rival>() -> u64 {
        calls::<R>(CALLS, |number| number).await
    }
}

/// One call after the other, which return at once.
pub(crate) struct ThreadsInTurn;

const CALLS_IN_TURN: u64 = sized(10_000);

impl Workload for ThreadsInTurn {
    const NAME: &'static str = "threads1";
    const ABOUT: &'static str = "10 000 calls on threads, one after the other; a call";
    const OPERATIONS: u64 = CALLS_IN_TURN;
    const ANSWER: u64 = sum_below(CALLS_IN_TURN);

    async fn round<R: Rival>() -> u64 {
        let mut sum = 0;
        for number in 0..CALLS_IN_TURN {
            sum += R::Kit::unblock(move || number).await;
        }
        sum
    }
}

/// All calls at once, each of which really blocks.
pub(crate) struct Blocking;

const BLOCKING_CALLS: u64 = sized(200);
const BLOCKS: Duration = Duration::from_millis(5);

impl Workload for Blocking {
    const NAME: &'static str = "blocking";
    const ABOUT: &'static str = "200 calls on threads at once that sleep for 5 ms; a call";
    const OPERATIONS: u64 = BLOCKING_CALLS;
    const ANSWER: u64 = sum_below(BLOCKING_CALLS);

    async fn round<R: Rival>() -> u64 {
        calls::<R>(BLOCKING_CALLS, |number| {
            thread::sleep(BLOCKS);
            number
        })
        .await
    }
}

async fn calls<R: Rival>(calls: u64, call: fn(u64) -> u64) -> u64 {
    let task = |number| R::spawn(R::Kit::unblock(move || call(number)));
    let tasks: Vec<_> = (0..calls).map(task).collect();
    let mut sum = 0;
    for task in tasks {
        sum += R::join(task).await;
    }
    sum
}
