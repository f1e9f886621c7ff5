//! Items that wait for somebody to work on them.

mod core;
mod jobs;
mod kind;
#[cfg(all(test, taipan_loom))]
mod model;

use std::collections::VecDeque;
use std::fmt;

use futures_core::Stream;

use self::core::Core;
use super::QueueStatistics;
use super::closed::{Closed, TryRecvError, TrySendError};
use super::store::Ranked;
use crate::waits::Site;
use kind::{put, queue};

pub use jobs::Taken;

queue! {
    /// A queue of items that some tasks put and others get: first in, first out.
    ///
    /// Its clones are handles of the same queue. It has room for a number of items, and who puts more waits:
    /// so nobody runs ahead of those who do the work. It ends when it is shut down.
    ///
    /// # Fairness
    ///
    /// First come, first served, for those who put and for those who get. The items that are there for somebody
    /// who waits stay in the queue until it runs.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{sync::Queue, task_group};
    ///
    /// taipan::run(async {
    ///     let queue = Queue::new(10);
    ///     task_group(async |tg| {
    ///         for _ in 0..3 {
    ///             let queue = queue.clone();
    ///             tg.spawn(async move {
    ///                 while let Some(page) = queue.take().await {
    ///                     println!("fetching {}", *page);
    ///                 } // here it counts as done
    ///             });
    ///         }
    ///         for page in 0..100 {
    ///             queue.put(page).await.unwrap();
    ///         }
    ///         queue.join().await; // all 100 are done
    ///         assert!(queue.is_empty());
    ///         queue.shutdown(); // now the workers get `None`, and end
    ///     })
    ///     .await
    ///     .unwrap();
    /// });
    /// ```
    Queue<T> {
        items: VecDeque<T> = VecDeque::new(),
        item: T,
        next: "the item that was put first",
    }
}

put!(Queue);

queue! {
    /// A [`Queue`] from which the newest item leaves first.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::sync::LifoQueue;
    ///
    /// taipan::run(async {
    ///     let queue = LifoQueue::new(2);
    ///     queue.put("old").await.unwrap();
    ///     queue.put("new").await.unwrap();
    ///     assert_eq!(queue.get().await, Some("new"));
    /// });
    /// ```
    LifoQueue<T> {
        items: Vec<T> = Vec::new(),
        item: T,
        next: "the item that was put last",
    }
}

put!(LifoQueue);

queue! {
    /// A [`Queue`] from which the item with the lowest priority leaves first; of equal ones, the one that was put
    /// first.
    ///
    /// Only priorities are compared, never items. It gives both, as a pair. [`Reverse`](std::cmp::Reverse) turns
    /// the order round. Priorities are compared under the queue's lock: their `Ord` must not use the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::sync::PriorityQueue;
    ///
    /// taipan::run(async {
    ///     let queue = PriorityQueue::new(3);
    ///     queue.put(2, "sweep").await.unwrap();
    ///     queue.put(1, "put out the fire").await.unwrap();
    ///     queue.put(2, "dust").await.unwrap();
    ///     assert_eq!(queue.get().await, Some((1, "put out the fire")));
    ///     assert_eq!(queue.get().await, Some((2, "sweep")));
    ///     assert_eq!(queue.get().await, Some((2, "dust")));
    /// });
    /// ```
    PriorityQueue<P: Ord, T> {
        items: Ranked<P, T> = Ranked::new(),
        item: (P, T),
        next: "the item with the lowest priority",
    }
}

impl<P: Ord, T> PriorityQueue<P, T> {
    /// Puts an item into the queue; waits until there is room.
    ///
    /// # Errors
    ///
    /// Gives [`Closed`] with the priority and the item if the queue was shut down, before or while it waits.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it has not put the item, which is dropped with it; room that was meant for it goes to the
    /// next. Who must not lose the item calls [`try_put`](Self::try_put), or keeps a copy.
    ///
    /// # Fairness
    ///
    /// First come, first served, whatever the priority: it counts only in the queue.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn put(&self, priority: P, item: T) -> impl Future<Output = Result<(), Closed<(P, T)>>> {
        self.core.put((priority, item), Site::here("PriorityQueue::put"))
    }

    /// Puts an item into the queue, if nobody has to wait for the room.
    ///
    /// # Errors
    ///
    /// Gives [`TrySendError`] with the priority and the item if the queue is full or was shut down.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: room that is meant for somebody who waits is not there for it.
    #[doc(alias = "put_nowait")]
    pub fn try_put(&self, priority: P, item: T) -> Result<(), TrySendError<(P, T)>> {
        self.core.try_put((priority, item))
    }
}
