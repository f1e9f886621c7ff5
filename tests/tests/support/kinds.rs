//! The three queues, as the tests of what they have in common see them: the item is a number, and its priority
//! is the same number.

use taipan::sync::{LifoQueue, PriorityQueue, Queue, QueueStatistics, TryRecvError};

/// A kind of queue.
pub(crate) trait Kind: Clone + Send + Sync + 'static {
    fn bounded(capacity: usize) -> Self;
    fn put(&self, item: usize) -> impl Future<Output = Result<(), usize>> + Send;
    fn get(&self) -> impl Future<Output = Option<usize>> + Send;
    /// `Err` with the item, and whether the queue is full.
    fn try_put(&self, item: usize) -> Result<(), (usize, bool)>;
    fn try_get(&self) -> Result<usize, TryRecvError>;
    fn task_done(&self);
    fn join(&self) -> impl Future<Output = ()> + Send;
    fn shutdown(&self);
    fn shutdown_now(&self);
    fn statistics(&self) -> QueueStatistics;
    /// In which order these leave that were put in this order.
    fn order(items: Vec<usize>) -> Vec<usize>;
}

macro_rules! kind {
    ($queue:ty, |$item:ident| $args:tt, |$got:ident| $number:expr, |$items:ident| $order:expr) => {
        impl Kind for $queue {
            fn bounded(capacity: usize) -> Self {
                Self::new(capacity)
            }

            async fn put(&self, $item: usize) -> Result<(), usize> {
                kind!(@call self put $args).await.map_err(|closed| {
                    let $got = closed.into_inner();
                    $number
                })
            }

            async fn get(&self) -> Option<usize> {
                self.get().await.map(|$got| $number)
            }

            fn try_put(&self, $item: usize) -> Result<(), (usize, bool)> {
                kind!(@call self try_put $args).map_err(|refused| {
                    let full = refused.is_full();
                    let $got = refused.into_inner();
                    ($number, full)
                })
            }

            fn try_get(&self) -> Result<usize, TryRecvError> {
                self.try_get().map(|$got| $number)
            }

            fn task_done(&self) {
                self.task_done();
            }

            async fn join(&self) {
                self.join().await;
            }

            fn shutdown(&self) {
                self.shutdown();
            }

            fn shutdown_now(&self) {
                self.shutdown_now();
            }

            fn statistics(&self) -> QueueStatistics {
                self.statistics()
            }

            fn order($items: Vec<usize>) -> Vec<usize> {
                $order
            }
        }
    };
    (@call $self:ident $method:ident ($($arg:expr),*)) => {
        <Self>::$method($self, $($arg),*)
    };
}

kind!(Queue<usize>, |item| (item), |got| got, |items| items);
kind!(LifoQueue<usize>, |item| (item), |got| got, |items| items.into_iter().rev().collect());
kind!(PriorityQueue<usize, usize>, |item| (item, item), |got| got.1, |items| {
    let mut items = items;
    items.sort_unstable();
    items
});

/// Makes a test of each function that takes a kind of queue.
macro_rules! of_each_kind {
    ($($test:ident,)*) => {
        mod queue {
            $(#[test] fn $test() { super::$test::<taipan::sync::Queue<usize>>(); })*
        }
        mod lifo_queue {
            $(#[test] fn $test() { super::$test::<taipan::sync::LifoQueue<usize>>(); })*
        }
        mod priority_queue {
            $(#[test] fn $test() { super::$test::<taipan::sync::PriorityQueue<usize, usize>>(); })*
        }
    };
}

pub(crate) use of_each_kind;
