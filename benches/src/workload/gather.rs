//! Futures that run at once on one task; each waits once.

use super::{Workload, sized, sum_below};
use crate::rival::Rival;

/// `N` children that wake themselves once each.
pub(crate) struct Gather<const N: u64>;

/// Children of one round, whatever `N` is.
const CHILDREN: u64 = sized(100_000);

async fn child(i: u64) -> u64 {
    futures_lite::future::yield_now().await;
    i
}

impl<const N: u64> Workload for Gather<N> {
    const NAME: &'static str = match N {
        10 => "gather10",
        1000 => "gather1000",
        _ => panic!("this size has no name"),
    };
    const ABOUT: &'static str = match N {
        10 => "gathers 10 futures that yield once (gather, join_all); a child",
        _ => "gathers 1000 futures that yield once (gather, join_all); a child",
    };
    const OPERATIONS: u64 = CHILDREN;
    const ANSWER: u64 = sum_below(N) * (CHILDREN / N);

    async fn round<R: Rival>() -> u64 {
        let mut sum = 0;
        for _ in 0..CHILDREN / N {
            let outputs = R::gather((0..N).map(child).collect()).await;
            sum += outputs.iter().zip(0..).map(|(&output, i)| check(output, i)).sum::<u64>();
        }
        sum
    }
}

/// The output, if it stands where its child stood; else what spoils the sum.
fn check(output: u64, place: u64) -> u64 {
    if output == place { output } else { u64::from(u32::MAX) }
}
