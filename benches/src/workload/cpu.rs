//! Tasks that compute: do they use every core?

use std::hint::black_box;

use super::{Workload, sized};
use crate::rival::Rival;

/// Two thousand tasks that do not wait for anything; between two of their `PARTS` they yield.
pub(crate) struct Cpu<const PARTS: u64>;

const TASKS: u64 = sized(2000);
/// About 50 microseconds of one core.
const STEPS: u64 = 50_000;

/// Counts its steps, each of which needs the one before it.
fn compute(goal: u64) -> u64 {
    let (mut steps, mut state) = (0, 1_u64);
    while steps < goal {
        state = black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        steps += 1;
    }
    steps
}

async fn task<R: Rival>(parts: u64) -> u64 {
    let mut steps = compute(STEPS / parts);
    for _ in 1..parts {
        R::yield_now().await;
        steps += compute(STEPS / parts);
    }
    steps
}

impl<const PARTS: u64> Workload for Cpu<PARTS> {
    const NAME: &'static str = match PARTS {
        1 => "cpu",
        10 => "cpu10",
        _ => panic!("this number has no name"),
    };
    const ABOUT: &'static str = match PARTS {
        1 => "2000 tasks compute for some 50 us each; a task",
        _ => "2000 tasks do as in cpu, and yield 9 times meanwhile (own yield_now); a task",
    };
    const OPERATIONS: u64 = TASKS;
    const ANSWER: u64 = TASKS * STEPS;

    async fn round<R: Rival>() -> u64 {
        let tasks: Vec<_> = (0..TASKS).map(|_| R::spawn(task::<R>(PARTS))).collect();
        let mut steps = 0;
        for task in tasks {
            steps += R::join(task).await;
        }
        steps
    }
}
