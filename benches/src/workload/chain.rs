//! Tasks that each start the next one: one is alive at a time.

use tokio::sync::oneshot;

use super::{Workload, sized, sum_below};
use crate::rival::Rival;

/// Passes a sum down the chain; its end sends it back.
pub(crate) struct Chain;

const LINKS: u64 = sized(100_000);

/// The channel is tokio's on every side: it is used once a round, and runs on any runtime.
fn link<R: Rival>(left: u64, sum: u64, end: oneshot::Sender<u64>) {
    R::detach(R::spawn(async move {
        if left == 0 {
            end.send(sum).expect("the round waits for it");
        } else {
            link::<R>(left - 1, sum + left - 1, end);
        }
    }));
}

impl Workload for Chain {
    const NAME: &'static str = "chain";
    const ABOUT: &'static str = "a task spawns the next, 100 000 times; a link";
    const OPERATIONS: u64 = LINKS;
    const ANSWER: u64 = sum_below(LINKS);

    async fn round<R: Rival>() -> u64 {
        let (end, sum) = oneshot::channel();
        link::<R>(LINKS, 0, end);
        sum.await.expect("the last link sends it")
    }
}
