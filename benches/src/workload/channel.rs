//! One task that receives what others send.

use super::{Workload, sized, sum_below};
use crate::kit::Kit;
use crate::rival::Rival;

/// `SENDERS` tasks send, over one channel with room for 1024.
pub(crate) struct Channel<const SENDERS: u64>;

const VALUES: u64 = sized(400_000);
const ROOM: usize = 1024;

impl<const SENDERS: u64> Workload for Channel<SENDERS> {
    const NAME: &'static str = match SENDERS {
        1 => "channel1",
        4 => "channel4",
        _ => panic!("this number has no name"),
    };
    const ABOUT: &'static str = match SENDERS {
        1 => "a task sends to another, over a channel with room for 1024; a value",
        _ => "4 tasks send to one, over a channel with room for 1024; a value",
    };
    const OPERATIONS: u64 = VALUES;
    const ANSWER: u64 = SENDERS * sum_below(VALUES / SENDERS);

    async fn round<R: Rival>() -> u64 {
        let (sender, mut receiver) = R::Kit::channel(ROOM);
        for _ in 0..SENDERS {
            let sender = sender.clone();
            R::detach(R::spawn(async move {
                for value in 0..VALUES / SENDERS {
                    R::Kit::send(&sender, value).await;
                }
            }));
        }
        drop(sender);
        let task = R::spawn(async move {
            let mut sum = 0;
            while let Some(value) = R::Kit::recv(&mut receiver).await {
                sum += value;
            }
            sum
        });
        R::join(task).await
    }
}
