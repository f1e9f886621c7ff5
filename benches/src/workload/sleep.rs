//! Tasks that sleep.

use std::time::{Duration, Instant};

use super::{Workload, sized};
use crate::kit::Kit;
use crate::rival::Rival;

/// Many tasks at once, each for a time of its own. All end within the same tenth of a second: what
/// exceeds that is the price of the timers.
pub(crate) struct Sleep;

const SLEEPERS: u64 = sized(100_000);
const LONGEST: u64 = 100_000;

impl Workload for Sleep {
    const NAME: &'static str = "sleep";
    const ABOUT: &'static str = "100 000 tasks sleep for 1 to 100 ms, all at once; a sleep";
    const OPERATIONS: u64 = SLEEPERS;
    const ANSWER: u64 = SLEEPERS;

    async fn round<R: Rival>() -> u64 {
        let task = |number: u64| {
            // Far from its neighbours' (the multiplier is Knuth's).
            let micros = 1000 + number.wrapping_mul(2_654_435_761) % (LONGEST - 1000);
            R::spawn(async move {
                R::Kit::sleep(Duration::from_micros(micros)).await;
                1
            })
        };
        let tasks: Vec<_> = (0..SLEEPERS).map(task).collect();
        let mut ended = 0;
        for task in tasks {
            ended += R::join(task).await;
        }
        ended
    }
}

/// One task that sleeps for the least time that the timers of all contestants tell apart.
pub(crate) struct SleepInTurn;

const TURNS: u64 = sized(100);

impl Workload for SleepInTurn {
    const NAME: &'static str = "sleep1";
    const ABOUT: &'static str = "a task sleeps for 1 ms, 100 times in a row; a sleep";
    const OPERATIONS: u64 = TURNS;
    const ANSWER: u64 = TURNS;

    async fn round<R: Rival>() -> u64 {
        let mut long_enough = 0;
        for _ in 0..TURNS {
            let began = Instant::now();
            R::Kit::sleep(Duration::from_millis(1)).await;
            long_enough += u64::from(began.elapsed() >= Duration::from_millis(1));
        }
        long_enough
    }
}
