//! Tasks that compute: do they use every core?

use std::hint::black_box;

use super::Workload;
use crate::rival::Rival;

/// Two thousand tasks that do not wait.
pub(crate) struct Cpu;

const TASKS: u64 = 2000;
/// About 50 microseconds of one core.
const STEPS: u64 = 50_000;

/// Counts its steps, each of which needs the one before it.
fn compute() -> u64 {
    let (mut steps, mut state) = (0, 1_u64);
    while steps < STEPS {
        state = black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        steps += 1;
    }
    steps
}

impl Workload for Cpu {
    const NAME: &'static str = "cpu";
    const ABOUT: &'static str = "2000 tasks compute for some 50 us each; a task";
    const OPERATIONS: u64 = TASKS;
    const ANSWER: u64 = TASKS * STEPS;

    async fn round<R: Rival>() -> u64 {
        let tasks: Vec<_> = (0..TASKS).map(|_| R::spawn(async { compute() })).collect();
        let mut steps = 0;
        for task in tasks {
            steps += R::join(task).await;
        }
        steps
    }
}
