//! Tasks that yield, each with its runtime's own `yield_now`.

use super::{Workload, sized};
use crate::rival::Rival;

/// `TASKS` tasks that yield in turn.
pub(crate) struct Yield<const TASKS: u64>;

/// Yields of one round, whatever the number of tasks.
pub(super) const TURNS: u64 = sized(100_000);

impl<const TASKS: u64> Workload for Yield<TASKS> {
    const NAME: &'static str = match TASKS {
        1 => "yield1",
        100 => "yield",
        _ => panic!("this number has no name"),
    };
    const ABOUT: &'static str = match TASKS {
        1 => "one task yields 100 000 times (own yield_now); a yield",
        _ => "100 tasks yield 1000 times each (own yield_now); a yield",
    };
    const OPERATIONS: u64 = TURNS;
    const ANSWER: u64 = TURNS;

    async fn round<R: Rival>() -> u64 {
        turns::<R, _>(TASKS, R::yield_now).await
    }
}

/// Has `tasks` tasks wait for `turn` again and again; gives how often that was.
pub(super) async fn turns<R: Rival, F: Future<Output = ()> + Send + 'static>(
    tasks: u64,
    turn: impl Fn() -> F + Copy + Send + 'static,
) -> u64 {
    let tasks: Vec<_> = (0..tasks).map(|_| R::spawn(task(TURNS / tasks, turn))).collect();
    let mut turns = 0;
    for task in tasks {
        turns += R::join(task).await;
    }
    turns
}

async fn task<F: Future<Output = ()>>(goal: u64, turn: impl Fn() -> F) -> u64 {
    let mut turns = 0;
    while turns < goal {
        turn().await;
        turns += 1;
    }
    turns
}
