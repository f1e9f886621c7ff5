//! Many who send, and many who receive.

use super::{Workload, sized, sum_below};
use crate::kit::{Kit, Receives, Sends};
use crate::rival::Rival;

/// 4 tasks send to 4, over one channel with room for 1024.
pub(crate) struct Shared;

const VALUES: u64 = sized(400_000);
const ENDS: u64 = 4;
const ROOM: usize = 1024;

impl Workload for Shared {
    const NAME: &'static str = "channel44";
    const ABOUT: &'static str = "4 tasks send to 4, over one channel with room for 1024 (async-channel, if it has none); a value";
    const OPERATIONS: u64 = VALUES;
    const ANSWER: u64 = ENDS * sum_below(VALUES / ENDS);

    async fn round<R: Rival>() -> u64 {
        let (sender, receiver) = R::Kit::shared_channel(ROOM);
        for _ in 0..ENDS {
            let sender = sender.clone();
            R::detach(R::spawn(async move {
                for value in 0..VALUES / ENDS {
                    sender.send(value).await;
                }
            }));
        }
        drop(sender);
        let receivers: Vec<_> = (0..ENDS)
            .map(|_| {
                let receiver = receiver.clone();
                R::spawn(async move {
                    let mut sum = 0;
                    while let Some(value) = receiver.recv().await {
                        sum += value;
                    }
                    sum
                })
            })
            .collect();
        let mut sum = 0;
        for receiver in receivers {
            sum += R::join(receiver).await;
        }
        sum
    }
}
