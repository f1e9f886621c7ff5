//! Pairs of tasks that send a value to and fro, over channels with room for one.

use super::{Workload, sized, sum_below};
use crate::kit::Kit;
use crate::rival::Rival;

/// `PAIRS` pairs at once.
pub(crate) struct Echo<const PAIRS: u64>;

/// Turns of one round, whatever the number of pairs.
const TURNS: u64 = sized(100_000);

/// Sends so many numbers, each once the one before has come back; gives their sum.
async fn pair<R: Rival>(turns: u64) -> u64 {
    let (there, mut arrived) = R::Kit::channel(1);
    let (back, mut returned) = R::Kit::channel(1);
    R::detach(R::spawn(async move {
        while let Some(number) = R::Kit::recv(&mut arrived).await {
            R::Kit::send::<u64>(&back, number).await;
        }
    }));
    let mut sum = 0;
    for number in 0..turns {
        R::Kit::send(&there, number).await;
        sum += R::Kit::recv(&mut returned).await.expect("the other one lives");
    }
    sum
}

impl<const PAIRS: u64> Workload for Echo<PAIRS> {
    const NAME: &'static str = match PAIRS {
        1 => "echo1",
        1000 => "echo1000",
        _ => panic!("this number has no name"),
    };
    const ABOUT: &'static str = match PAIRS {
        1 => "2 tasks send a number to and fro, channels with room for 1; to and fro",
        _ => "1000 pairs of tasks do as in echo1, at once; to and fro",
    };
    const OPERATIONS: u64 = TURNS;
    const ANSWER: u64 = PAIRS * sum_below(TURNS / PAIRS);

    async fn round<R: Rival>() -> u64 {
        let pairs: Vec<_> = (0..PAIRS).map(|_| R::spawn(pair::<R>(TURNS / PAIRS))).collect();
        let mut sum = 0;
        for pair in pairs {
            sum += R::join(pair).await;
        }
        sum
    }
}
