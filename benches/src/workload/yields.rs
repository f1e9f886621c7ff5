//! Many tasks that yield in turn, each with its runtime's own `yield_now`.

use super::Workload;
use crate::rival::Rival;

/// A hundred tasks that yield a thousand times each.
pub(crate) struct Yield;

pub(super) const TASKS: u64 = 100;
pub(super) const TURNS: u64 = 1000;

impl Workload for Yield {
    const NAME: &'static str = "yield";
    const ABOUT: &'static str = "100 tasks yield 1000 times each (own yield_now); a yield";
    const OPERATIONS: u64 = TASKS * TURNS;
    const ANSWER: u64 = TASKS * TURNS;

    async fn round<R: Rival>() -> u64 {
        turns::<R, _>(R::yield_now).await
    }
}

/// Has every task wait for `turn` again and again; gives how often that was.
pub(super) async fn turns<R: Rival, F: Future<Output = ()> + Send + 'static>(
    turn: impl Fn() -> F + Copy + Send + 'static,
) -> u64 {
    let tasks: Vec<_> = (0..TASKS).map(|_| R::spawn(task(turn))).collect();
    let mut turns = 0;
    for task in tasks {
        turns += R::join(task).await;
    }
    turns
}

async fn task<F: Future<Output = ()>>(turn: impl Fn() -> F) -> u64 {
    let mut turns = 0;
    while turns < TURNS {
        turn().await;
        turns += 1;
    }
    turns
}
