//! Many tasks, of which a few may work at once.

use std::sync::Arc;

use super::{Workload, sized};
use crate::kit::Kit;
use crate::rival::Rival;

/// Ten thousand tasks, three permits.
pub(crate) struct Semaphore;

const TASKS: u64 = sized(10_000);
const PERMITS: usize = 3;

impl Workload for Semaphore {
    const NAME: &'static str = "semaphore";
    const ABOUT: &'static str = "10 000 tasks yield once while they hold one of 3 permits; a task";
    const OPERATIONS: u64 = TASKS;
    const ANSWER: u64 = TASKS;

    async fn round<R: Rival>() -> u64 {
        let semaphore = Arc::new(R::Kit::semaphore(PERMITS));
        let task = |_| {
            let semaphore = Arc::clone(&semaphore);
            R::spawn(async move {
                let _permit = R::Kit::acquire(&semaphore).await;
                futures_lite::future::yield_now().await;
                1
            })
        };
        let tasks: Vec<_> = (0..TASKS).map(task).collect();
        let mut ended = 0;
        for task in tasks {
            ended += R::join(task).await;
        }
        ended
    }
}
