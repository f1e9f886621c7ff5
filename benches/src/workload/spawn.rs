//! Tasks started from one place, and awaited there.

use super::{Workload, sum_below};
use crate::rival::Rival;

/// Starts them all, then awaits them all.
pub(crate) struct Spawn;

const TASKS: u64 = 100_000;

impl Workload for Spawn {
    const NAME: &'static str = "spawn";
    const ABOUT: &'static str = "spawns 100 000 tasks, then joins them; a task";
    const OPERATIONS: u64 = TASKS;
    const ANSWER: u64 = sum_below(TASKS);

    async fn round<R: Rival>() -> u64 {
        let tasks: Vec<_> = (0..TASKS).map(|i| R::spawn(async move { i })).collect();
        let mut sum = 0;
        for task in tasks {
            sum += R::join(task).await;
        }
        sum
    }
}
