//! Pairs of tasks that each send the other one value.

use super::{Workload, sized, sum_below};
use crate::kit::Kit;
use crate::rival::Rival;

/// A thousand tasks that each ask a task of their own, and wait for its answer.
pub(crate) struct Oneshot;

const PAIRS: u64 = sized(1000);

async fn ask<R: Rival>(number: u64) -> u64 {
    let (question, asked) = R::Kit::oneshot();
    let (answer, answered) = R::Kit::oneshot();
    R::detach(R::spawn(async move {
        let number = R::Kit::recv_once(asked).await;
        R::Kit::send_once(answer, number);
    }));
    R::Kit::send_once(question, number);
    R::Kit::recv_once(answered).await
}

impl Workload for Oneshot {
    const NAME: &'static str = "oneshot";
    const ABOUT: &'static str = "1000 tasks each ask a task of their own, by two oneshots; a pair";
    const OPERATIONS: u64 = PAIRS;
    const ANSWER: u64 = sum_below(PAIRS);

    async fn round<R: Rival>() -> u64 {
        let tasks: Vec<_> = (0..PAIRS).map(|number| R::spawn(ask::<R>(number))).collect();
        let mut sum = 0;
        for task in tasks {
            sum += R::join(task).await;
        }
        sum
    }
}
