//! A lock that is held while its task waits: everybody else queues up for it.

use std::sync::Arc;

use super::{Workload, sized};
use crate::kit::Kit;
use crate::rival::Rival;

/// A hundred tasks add to one number under a lock, and yield while they hold it.
pub(crate) struct Mutex;

const TASKS: u64 = 100;
const TURNS: u64 = sized(500);

impl Workload for Mutex {
    const NAME: &'static str = "mutex";
    const ABOUT: &'static str = "100 tasks lock a mutex and yield while they hold it; a lock";
    const OPERATIONS: u64 = TASKS * TURNS;
    const ANSWER: u64 = TASKS * TURNS;

    async fn round<R: Rival>() -> u64 {
        let mutex = Arc::new(R::Kit::mutex(0));
        let task = |_| {
            let mutex = Arc::clone(&mutex);
            R::spawn(async move {
                for _ in 0..TURNS {
                    let mut number = R::Kit::lock(&mutex).await;
                    *number += 1;
                    futures_lite::future::yield_now().await;
                }
            })
        };
        let tasks: Vec<_> = (0..TASKS).map(task).collect();
        for task in tasks {
            R::join(task).await;
        }
        *R::Kit::lock(&mutex).await
    }
}
