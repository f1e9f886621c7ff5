//! One task that waits for several channels at once.

use super::{Workload, sized, sum_below};
use crate::kit::Kit;
use crate::rival::Rival;

/// `N` channels with room for 1, filled one after the other; a select for each value.
pub(crate) struct Select<const N: usize>;

const VALUES: u64 = sized(200_000);

impl<const N: usize> Workload for Select<N> {
    const NAME: &'static str = match N {
        2 => "select2",
        3 => "select3",
        8 => "select8",
        _ => panic!("this number has no name"),
    };
    const ABOUT: &'static str = match N {
        2 => "a task waits for 2 channels at once (select!, select_all); a value",
        3 => "a task waits for 3 channels at once (select!, select_all); a value",
        _ => "a task waits for 8 channels at once (select!, select_all); a value",
    };
    const OPERATIONS: u64 = VALUES;
    const ANSWER: u64 = sum_below(VALUES);

    async fn round<R: Rival>() -> u64 {
        let (senders, mut receivers): (Vec<_>, Vec<_>) = (0..N).map(|_| R::Kit::channel(1)).unzip();
        let task = R::spawn(async move {
            let mut sum = 0;
            for _ in 0..VALUES {
                sum += R::select(&mut receivers).await;
            }
            sum
        });
        for value in 0..VALUES {
            R::Kit::send(&senders[value as usize % N], value).await;
        }
        R::join(task).await
    }
}
