//! Ten thousand tasks wait at once to put, and ten thousand to get, most of them with a limit, and some are cancelled,
//! in virtual time. Whoever is patient has its turn; an item is in if its `put` has ended, and out if its `get` has:
//! none is lost, none is doubled.
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::sync::Mutex;
use std::time::Duration;

use taipan::sleep;
use taipan::sync::{
    LifoQueue, PriorityQueue, Queue, Receiver, Sender, broadcast, channel, oneshot,
    unbounded_channel, watch,
};
use taipan_tests::{Counter, Random};

#[path = "support/tempest.rs"]
mod tempest;
use tempest::{END, Ends, SEEDS, WAITERS, tempest};

/// Something that items go through, as a storm sees it.
trait Way: Clone + Send + Sync + 'static {
    fn put(&self, item: usize) -> impl Future<Output = ()> + Send;
    fn get(&self) -> impl Future<Output = usize> + Send;
    fn try_get(&self) -> Option<usize>;
    /// How many wait to put, and how many to get.
    fn waiting(&self) -> (usize, usize);
    /// How many items are in it, and for how many there is room.
    fn filled(&self) -> (usize, Option<usize>);
}

macro_rules! queue_is_a_way {
    ($queue:ty, |$item:ident| $args:tt, |$got:ident| $number:expr) => {
        impl Way for $queue {
            async fn put(&self, $item: usize) {
                queue_is_a_way!(@put self $args).await.unwrap();
            }

            async fn get(&self) -> usize {
                let $got = self.get().await.unwrap();
                $number
            }

            fn try_get(&self) -> Option<usize> {
                self.try_get().ok().map(|$got| $number)
            }

            fn waiting(&self) -> (usize, usize) {
                let statistics = self.statistics();
                (statistics.putting, statistics.getting)
            }

            fn filled(&self) -> (usize, Option<usize>) {
                (self.len(), self.capacity())
            }
        }
    };
    (@put $self:ident ($($arg:expr),*)) => {
        <Self>::put($self, $($arg),*)
    };
}

queue_is_a_way!(Queue<usize>, |item| (item), |got| got);
queue_is_a_way!(LifoQueue<usize>, |item| (item), |got| got);
queue_is_a_way!(PriorityQueue<usize, usize>, |item| (item, item), |got| got.1);

impl Way for (Sender<usize>, Receiver<usize>) {
    async fn put(&self, item: usize) {
        self.0.send(item).await.unwrap();
    }

    async fn get(&self) -> usize {
        self.1.recv().await.unwrap()
    }

    fn try_get(&self) -> Option<usize> {
        self.1.try_recv().ok()
    }

    fn waiting(&self) -> (usize, usize) {
        let statistics = self.0.statistics();
        (statistics.sending, statistics.receiving)
    }

    fn filled(&self) -> (usize, Option<usize>) {
        (self.0.len(), self.0.capacity())
    }
}

/// A pause after some were served, to the next moment at which the storm strikes. Then everybody who was served has
/// run: nobody waits for what is there.
async fn pause(way: &impl Way) {
    sleep(Duration::from_millis(1)).await;
    let ((putting, getting), (items, room)) = (way.waiting(), way.filled());
    assert!(getting == 0 || items == 0, "{getting} wait, and {items} items are there");
    let full = room.is_some_and(|room| items >= room);
    assert!(putting == 0 || full, "{putting} wait, and {items} items are there");
}

async fn getters<W: Way>(make: impl Fn() -> W) {
    for seed in SEEDS {
        let way = make();
        let come = |_| {
            let way = way.clone();
            async move { way.get().await }
        };
        let made = Cell::new(0);
        let put = async || {
            while way.waiting().1 > 0 {
                for _ in 0..4 {
                    // With a capacity of 0 nobody may be there any more for whom it could wait.
                    let put = taipan::timeout(END, way.put(made.get())).await;
                    assert!(put.is_ok() || way.waiting().1 == 0, "nobody takes an item");
                    made.set(made.get() + usize::from(put.is_ok()));
                }
                pause(&way).await;
            }
        };
        let Ends { done, .. } = tempest(seed, come, || way.waiting().1, put).await;
        let mut got: Vec<_> = done.into_iter().map(|end| end.1).collect();
        got.extend(std::iter::from_fn(|| way.try_get()));
        got.sort_unstable();
        assert!(got.iter().copied().eq(0..made.get()), "an item was lost or doubled");
        assert_eq!(way.waiting(), (0, 0));
    }
}

/// Of something that takes `room` items before anybody waits.
async fn putters<W: Way>(room: usize, make: impl Fn() -> W) {
    for seed in SEEDS {
        let way = make();
        for number in 0..room {
            way.put(WAITERS + number).await;
        }
        let come = |number| {
            let way = way.clone();
            async move { way.put(number).await }
        };
        let got = RefCell::new(Vec::new());
        let get = async || {
            while way.waiting().0 > 0 {
                for _ in 0..4 {
                    let item = taipan::timeout(END, way.get()).await;
                    assert!(item.is_ok() || way.waiting().0 == 0, "nobody lets an item in");
                    got.borrow_mut().extend(item);
                }
                pause(&way).await;
            }
        };
        let Ends { done, .. } = tempest(seed, come, || way.waiting().0, get).await;
        let mut got = got.into_inner();
        got.extend(std::iter::from_fn(|| way.try_get()));
        got.sort_unstable();
        let put = done.into_iter().map(|end| end.0).chain(WAITERS..WAITERS + room);
        assert!(put.eq(got), "an item was lost or doubled");
        assert_eq!(way.waiting(), (0, 0));
    }
}

macro_rules! storms {
    ($($name:ident: $make:expr, $room:expr;)*) => {$(
        mod $name {
            use super::*;

            #[taipan::test(virtual_time)]
            async fn getters() {
                super::getters(|| $make).await;
            }

            #[taipan::test(virtual_time)]
            async fn putters() {
                super::putters($room, || $make).await;
            }
        }
    )*};
}

storms! {
    queue: Queue::new(5), 5;
    lifo_queue: LifoQueue::new(5), 5;
    priority_queue: PriorityQueue::new(5), 5;
    bounded_channel: channel(5), 5;
    rendezvous: channel(0), 0;
}

#[taipan::test(virtual_time)]
async fn getters_of_an_unbounded_channel() {
    getters(unbounded_channel).await;
}

#[taipan::test(virtual_time)]
async fn oneshot_receivers() {
    for seed in SEEDS {
        let (senders, receivers): (Vec<_>, Vec<_>) =
            (0..WAITERS).map(|_| oneshot::channel()).unzip();
        let receivers = Mutex::new(receivers.into_iter().map(Some).collect::<Vec<_>>());
        let waiting = Counter::new();
        let come = |number: usize| {
            let (receiver, waiting) = (receivers.lock().unwrap()[number].take(), waiting.clone());
            async move {
                waiting.add();
                receiver.expect("each comes once").await
            }
        };
        // One in ten is dropped.
        let accepted = RefCell::new(vec![None; WAITERS]);
        let send = async || {
            let mut random = Random::new(seed);
            let mut senders: Vec<_> = senders.into_iter().enumerate().collect();
            while !senders.is_empty() {
                let (number, sender) = senders.swap_remove(random.below(senders.len()));
                if !random.one_in(10) {
                    accepted.borrow_mut()[number] = Some(sender.send(number).is_ok());
                }
                if random.one_in(5) {
                    sleep(Duration::from_millis(1)).await;
                }
            }
        };
        let Ends { done, .. } = tempest(seed, come, || waiting.get(), send).await;
        let accepted = accepted.into_inner();
        for (number, value) in &done {
            match value {
                Ok(value) => assert_eq!((value, accepted[*number]), (number, Some(true))),
                Err(_) => assert_eq!(accepted[*number], None),
            }
        }
        // What was accepted was received; but for one who was struck at the very moment.
        let lost = accepted.iter().filter(|&&accepted| accepted == Some(true)).count()
            - done.iter().filter(|end| end.1.is_ok()).count();
        assert!(lost < 10, "{lost} values were lost");
    }
}

#[taipan::test(virtual_time)]
async fn broadcast_receivers() {
    const VALUES: u64 = 20;
    for seed in SEEDS {
        let (tx, rx) = broadcast::channel(4);
        let come = |number| {
            let mut rx = rx.clone();
            async move {
                // Some are slow.
                let rest = Duration::from_millis(number as u64 % 5 * 50);
                let (mut next, mut missed) = (0, 0);
                loop {
                    match rx.recv().await {
                        Ok(value) => {
                            assert_eq!(*value, next);
                            next += 1;
                        }
                        Err(broadcast::RecvError::Lagged(by)) => {
                            next += by;
                            missed += by;
                        }
                        Err(broadcast::RecvError::Closed) => return (next, missed),
                    }
                    sleep(rest).await;
                }
            }
        };
        let send = async || {
            for value in 0..VALUES {
                sleep(END / 20).await;
                tx.send(value);
            }
            drop(tx);
        };
        let Ends { done, .. } = tempest(seed, come, || rx.statistics().waiting, send).await;
        assert!(done.iter().all(|&(_, (next, _))| next == VALUES));
        assert!(done.iter().any(|&(_, (_, missed))| missed > 0), "nobody was too slow");
        assert!(done.iter().all(|&(number, (_, missed))| missed == 0 || number % 5 > 0));
        let statistics = rx.statistics();
        assert_eq!((statistics.waiting, statistics.receivers), (0, 1));
    }
}

#[taipan::test(virtual_time)]
async fn watch_receivers() {
    const VALUES: u64 = 20;
    for seed in SEEDS {
        let (tx, rx) = watch::channel(0);
        let come = |_| {
            let mut rx = rx.clone();
            async move {
                let mut seen = 0;
                while let Ok(value) = rx.changed().await {
                    assert!(*value > seen);
                    seen = *value;
                }
                seen
            }
        };
        let send = async || {
            for value in 1..=VALUES {
                sleep(END / 20).await;
                tx.send(value);
            }
            drop(tx);
        };
        let Ends { done, .. } = tempest(seed, come, || rx.statistics().waiting, send).await;
        assert!(done.iter().all(|&(_, seen)| seen == VALUES));
        let statistics = rx.statistics();
        assert_eq!((statistics.waiting, statistics.receivers), (0, 1));
    }
}
