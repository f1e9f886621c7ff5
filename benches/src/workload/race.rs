//! The first of two futures that are both ready.

use std::future;
use std::hint::black_box;

use super::{Workload, sized, sum_below};
use crate::rival::Rival;

/// Who wins is the contestant's affair: both arms give the same.
pub(crate) struct Race;

const RACES: u64 = sized(1_000_000);

impl Workload for Race {
    const NAME: &'static str = "race";
    const ABOUT: &'static str = "one of two ready futures (race!, select!, or); a race";
    const OPERATIONS: u64 = RACES;
    const ANSWER: u64 = sum_below(RACES);

    async fn round<R: Rival>() -> u64 {
        let mut sum = 0;
        for i in 0..RACES {
            // The boxes keep the loop from becoming a formula; the poll between them is inlined where
            // the contestant allows it, as in a program.
            let arm = || future::ready(black_box(i));
            sum += black_box(R::race(arm(), arm()).await);
        }
        sum
    }
}
