//! Many tasks that sleep at once, each for a time of its own.

use std::time::Duration;

use super::Workload;
use crate::kit::Kit;
use crate::rival::Rival;

/// Every sleep ends within the same tenth of a second: what exceeds that is the price of the timers.
pub(crate) struct Sleep;

const SLEEPERS: u64 = 100_000;
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
