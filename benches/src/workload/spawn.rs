//! Tasks started from one place, and awaited there.

use super::{Workload, sized, sum_below};
use crate::rival::Rival;

/// Starts `BATCH` tasks, awaits them all, and so on until all have run.
pub(crate) struct Spawn<const BATCH: u64>;

/// Tasks of one round, whatever the batch is.
const TASKS: u64 = sized(100_000);

impl<const BATCH: u64> Workload for Spawn<BATCH> {
    const NAME: &'static str = match BATCH {
        1 => "spawn1",
        100 => "spawn100",
        100_000 => "spawn",
        _ => panic!("this batch has no name"),
    };
    const ABOUT: &'static str = match BATCH {
        1 => "spawns a task and joins it, 100 000 times; a task",
        100 => "spawns 100 tasks, then joins them, 1000 times; a task",
        _ => "spawns 100 000 tasks, then joins them; a task",
    };
    const OPERATIONS: u64 = TASKS;
    const ANSWER: u64 = sum_below(TASKS);

    async fn round<R: Rival>() -> u64 {
        let (mut sum, mut first) = (0, 0);
        while first < TASKS {
            let end = TASKS.min(first + BATCH);
            let tasks: Vec<_> = (first..end).map(|i| R::spawn(async move { i })).collect();
            for task in tasks {
                sum += R::join(task).await;
            }
            first = end;
        }
        sum
    }
}
