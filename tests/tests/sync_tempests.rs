//! Ten thousand tasks wait for each primitive at once, most of them with a limit, and some are cancelled, in virtual
//! time: nobody who is patient is forgotten, nobody overtakes, and what was held comes back.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::sync::Mutex as StdMutex;
use std::time::Duration;

use taipan::sync::{Barrier, Condvar, Event, Limiter, Mutex, OnceCell, RwLock, Semaphore, Shared};
use taipan::{sleep, spawn, yield_now};
use taipan_tests::Counter;

#[path = "support/tempest.rs"]
mod support;
use support::{END, SEEDS, WAITERS, tempest};

/// Holds a part for a while: long enough that limits and cancellations also strike those who hold one.
async fn hold<T>(number: usize, part: T) {
    match number % 4 {
        0 => sleep(Duration::from_millis(1)).await,
        _ => yield_now().await,
    }
    drop(part);
}

/// The numbers of those who had their turn, in this order.
#[derive(Clone, Default)]
struct Turns(Arc<StdMutex<Vec<usize>>>);

impl Turns {
    fn add(&self, number: usize) {
        self.0.lock().unwrap().push(number);
    }

    /// They came in the order of their numbers.
    fn assert_in_order(&self) {
        assert!(self.0.lock().unwrap().is_sorted(), "somebody was overtaken");
    }
}

#[taipan::test(virtual_time)]
async fn mutex() {
    for seed in SEEDS {
        let (mutex, turns) = (Arc::new(Mutex::new(())), Turns::default());
        let first = mutex.lock().await;
        let come = |number| {
            let (mutex, turns) = (Arc::clone(&mutex), turns.clone());
            async move {
                let guard = mutex.lock_owned().await;
                turns.add(number);
                hold(number, guard).await;
            }
        };
        tempest(seed, come, || mutex.statistics().waiting, async || drop(first)).await;
        turns.assert_in_order();
        assert_eq!((mutex.is_locked(), mutex.statistics().waiting), (false, 0));
    }
}

#[taipan::test(virtual_time)]
async fn rwlock() {
    for seed in SEEDS {
        let (lock, turns) = (Arc::new(RwLock::new(())), Turns::default());
        let first = lock.write().await;
        let come = |number| {
            let (lock, turns) = (Arc::clone(&lock), turns.clone());
            async move {
                if number % 4 == 1 {
                    let guard = lock.write().await;
                    turns.add(number);
                    hold(number, guard).await;
                } else {
                    let guard = lock.read().await;
                    turns.add(number);
                    hold(number, guard).await;
                }
            }
        };
        tempest(seed, come, || lock.statistics().waiting, async || drop(first)).await;
        turns.assert_in_order();
        assert!(lock.try_write().is_some());
        assert_eq!(lock.statistics().waiting, 0);
    }
}

#[taipan::test(virtual_time)]
async fn semaphore() {
    for seed in SEEDS {
        let (semaphore, turns) = (Arc::new(Semaphore::new(0)), Turns::default());
        let come = |number| {
            let (semaphore, turns) = (Arc::clone(&semaphore), turns.clone());
            async move {
                let permit = semaphore.acquire_many(1 + number % 3).await;
                turns.add(number);
                hold(number, permit).await;
            }
        };
        let resize = async || {
            for permits in [3, 0, 12, 4, 0, 7] {
                semaphore.set_permits(permits);
                sleep(END / 10).await;
            }
        };
        tempest(seed, come, || semaphore.statistics().waiting, resize).await;
        turns.assert_in_order();
        let statistics = semaphore.statistics();
        assert_eq!((statistics.permits, statistics.held, statistics.waiting), (7, 0, 0));
    }
}

#[taipan::test(virtual_time)]
async fn limiter() {
    for seed in SEEDS {
        let (limiter, turns) = (Arc::new(Limiter::new(0)), Turns::default());
        let come = |number| {
            let (limiter, turns) = (Arc::clone(&limiter), turns.clone());
            async move {
                let token = limiter.acquire(number).await.unwrap();
                turns.add(number);
                hold(number, token).await;
            }
        };
        let waiting = || limiter.statistics().waiting;
        tempest(seed, come, waiting, async || limiter.set_tokens(4)).await;
        turns.assert_in_order();
        assert_eq!((limiter.statistics().borrowed, limiter.statistics().waiting), (0, 0));
        assert_eq!(limiter.borrowers(), []);
    }
}

#[taipan::test(virtual_time)]
async fn event() {
    for seed in SEEDS {
        let event = Arc::new(Event::new());
        let come = |_| {
            let event = Arc::clone(&event);
            async move { event.wait().await }
        };
        let set = async || {
            sleep(END / 2).await;
            event.set();
            event.clear(); // who waited goes on all the same
            assert_eq!(event.statistics().waiting, 0);
        };
        tempest(seed, come, || event.statistics().waiting, set).await;
        assert_eq!(event.statistics().waiting, 0);
    }
}

#[taipan::test(virtual_time)]
async fn condvar() {
    for seed in SEEDS {
        let shared = Arc::new((Mutex::new(0_usize), Condvar::new()));
        let come = |_| {
            let shared = Arc::clone(&shared);
            async move {
                let (items, filled) = &*shared;
                let mut items = filled.wait_while(items.lock().await, |items| *items == 0).await;
                *items -= 1;
            }
        };
        let (items, filled) = &*shared;
        let made = Counter::new();
        let fill = async || {
            while filled.statistics().waiting > 0 {
                let mut guard = items.lock().await;
                for _ in 0..6 {
                    *guard += 1;
                    made.add();
                    filled.notify_one();
                }
                // Those who were woken wait for the mutex, and the storm strikes them there.
                sleep(Duration::from_millis(1)).await;
                drop(guard);
                sleep(Duration::from_millis(1)).await;
                let left = *items.lock().await;
                let waiting = filled.statistics().waiting;
                assert!(left == 0 || waiting == 0, "{waiting} wait, and {left} items are there");
            }
        };
        let ends = tempest(seed, come, || filled.statistics().waiting, fill).await;
        // What was made and not taken is there.
        assert_eq!(made.get(), ends.done.len() + *items.lock().await);
        assert_eq!((filled.statistics().waiting, items.statistics().waiting), (0, 0));
    }
}

#[taipan::test(virtual_time)]
async fn barrier() {
    for seed in SEEDS {
        let barrier = Arc::new(Barrier::new(WAITERS + 1));
        let leaders = Counter::new();
        let pass = |_| {
            let (barrier, leaders) = (Arc::clone(&barrier), leaders.clone());
            async move {
                if barrier.wait().await.unwrap().is_leader() {
                    leaders.add();
                }
            }
        };
        let fill_up = async || {
            sleep(END).await;
            let missing = WAITERS + 1 - barrier.statistics().waiting;
            let more: Vec<_> = (0..missing).map(|number| spawn(pass(number))).collect();
            for task in more {
                task.await.unwrap();
            }
        };
        tempest(seed, pass, || barrier.statistics().waiting, fill_up).await;
        assert_eq!((leaders.get(), barrier.statistics().waiting), (1, 0));
    }
}

// Who makes the value takes long, and is struck again and again.
#[taipan::test(virtual_time)]
async fn once_cell() {
    for seed in SEEDS {
        let cell = Arc::new(OnceCell::new());
        let (waiting, begun, made) = (Counter::new(), Counter::new(), Counter::new());
        let come = |_| {
            let (cell, waiting) = (Arc::clone(&cell), waiting.clone());
            let (begun, made) = (begun.clone(), made.clone());
            async move {
                waiting.add();
                let make = async || {
                    begun.add();
                    sleep(END / 2).await;
                    made.add();
                    7
                };
                *cell.get_or_init(make).await
            }
        };
        let ends = tempest(seed, come, || waiting.get(), async || ()).await;
        assert!(ends.done.iter().all(|end| end.1 == 7));
        assert_eq!((cell.get(), made.get()), (Some(&7), 1));
        assert!(begun.get() >= 1);
    }
}

// Who polls the future is struck, and the next goes on from there.
#[taipan::test(virtual_time)]
async fn shared() {
    for seed in SEEDS {
        let (waiting, begun) = (Counter::new(), Counter::new());
        let theirs = begun.clone();
        let shared = Shared::new(async move {
            theirs.add();
            for _ in 0..50 {
                sleep(END / 50).await;
            }
            7
        });
        let come = |_| {
            let (shared, waiting) = (shared.clone(), waiting.clone());
            async move {
                waiting.add();
                shared.get().await
            }
        };
        let ends = tempest(seed, come, || waiting.get(), async || ()).await;
        assert!(ends.done.iter().all(|end| end.1 == 7));
        assert_eq!((begun.get(), shared.peek()), (1, Some(&7)));
    }
}
