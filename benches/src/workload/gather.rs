//! Futures that run at once on one task; each waits once.

use super::{Workload, sized, sum_below};
use crate::rival::Rival;

/// `N` children that wake themselves once each.
pub(crate) struct Gather<const N: u64>;

/// How many children are gathered in all, at least once `n`.
const fn children(n: u64) -> u64 {
    let children = sized(100_000);
    if children < n { n } else { children }
}

async fn child(i: u64) -> u64 {
    futures_lite::future::yield_now().await;
    i
}

impl<const N: u64> Workload for Gather<N> {
    const NAME: &'static str = match N {
        10 => "gather10",
        1000 => "gather1000",
        10_000 => "gather10000",
        _ => panic!("this size has no name"),
    };
    const ABOUT: &'static str = match N {
        10 => "gathers 10 futures that yield once (gather, join_all); a child",
        1000 => "gathers 1000 futures that yield once (gather, join_all); a child",
        _ => "gathers 10 000 futures that yield once (gather, join_all); a child",
    };
    const OPERATIONS: u64 = children(N);
    const ANSWER: u64 = sum_below(N) * (children(N) / N);

    async fn round<R: Rival>() -> u64 {
        let mut sum = 0;
        for _ in 0..children(N) / N {
            let outputs = R::gather((0..N).map(child).collect()).await;
            sum += outputs.iter().zip(0..).map(|(&output, i)| check(output, i)).sum::<u64>();
        }
        sum
    }
}

/// 10 children, each an argument of its own.
pub(crate) struct Ten;

impl Workload for Ten {
    const NAME: &'static str = "join10";
    const ABOUT: &'static str =
        "runs 10 futures that yield once (gather!, join!, join_all); a child";
    const OPERATIONS: u64 = children(10);
    const ANSWER: u64 = sum_below(10) * (children(10) / 10);

    async fn round<R: Rival>() -> u64 {
        let mut sum = 0;
        for _ in 0..children(10) / 10 {
            let outputs = R::gather_ten(child).await;
            sum += outputs.iter().zip(0..).map(|(&output, i)| check(output, i)).sum::<u64>();
        }
        sum
    }
}

/// The output, if it stands where its child stood; else what spoils the sum.
fn check(output: u64, place: u64) -> u64 {
    if output == place { output } else { u64::from(u32::MAX) }
}
