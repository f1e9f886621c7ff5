//! Ten thousand waiters on each primitive, many of them cancelled at any moment: no permit, no token and no wake
//! is lost.
//!
//! The waiters are polled by hand, in an order that a seed decides, and *only when they were woken*. So a wake
//! that is lost leaves somebody waiting at the end, and the storm fails.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::time::Duration;

use taipan::sync::{Barrier, Condvar, Event, Limiter, Mutex, OnceCell, RwLock, Semaphore};
use taipan::{Runtime, spawn, timeout, yield_now};
use taipan_tests::{Counter, Random, bounded};

#[path = "support/crowd.rs"]
mod support;
use support::Crowd;

const WAITERS: usize = 10_000;
const SEEDS: [u64; 3] = [1, 0x9e37_79b9_7f4a_7c15, 0xdead_beef_cafe_f00d];

/// A storm on something of which one can hold a part, for a while.
///
/// `come` gives a future of a part; dropped, the part goes back.
fn storm_of_holders<'a, T, F>(seed: u64, mut come: impl FnMut(&mut Random, usize) -> F)
where
    F: Future<Output = T> + 'a,
{
    let mut crowd = Crowd::new(seed);
    let mut held = Vec::new();
    for number in 0..WAITERS {
        let future = come(&mut crowd.random, number);
        held.extend(crowd.come(future));
        match crowd.random.below(6) {
            0 | 1 => crowd.cancel_any(),
            2 => held.extend(crowd.poll_any()),
            3 => held.extend(crowd.serve(3)),
            4 if !held.is_empty() => drop(held.swap_remove(crowd.random.below(held.len()))),
            _ => {}
        }
    }
    assert!(crowd.left > 1000, "the storm has no crowd: {}", crowd.left);
    // Now what was held goes back, again and again, until everybody had a turn.
    while crowd.left > 0 {
        held.clear();
        crowd.assert_somebody_was_woken();
        held.extend(crowd.serve(5));
    }
}

#[test]
fn semaphore() {
    for seed in SEEDS {
        let semaphore = Semaphore::new(7);
        storm_of_holders(seed, |random, _| semaphore.acquire_many(1 + random.below(3)));
        let statistics = semaphore.statistics();
        assert_eq!((statistics.permits, statistics.held, statistics.waiting), (7, 0, 0));
    }
}

#[test]
fn semaphore_that_is_resized() {
    for seed in SEEDS {
        let semaphore = Semaphore::new(7);
        storm_of_holders(seed, |random, number| {
            if number + 1 == WAITERS {
                semaphore.set_permits(5);
            } else if random.one_in(10) {
                semaphore.set_permits(random.below(12));
            }
            semaphore.acquire_many(1 + random.below(3))
        });
        let statistics = semaphore.statistics();
        assert_eq!((statistics.permits, statistics.held, statistics.waiting), (5, 0, 0));
    }
}

#[test]
fn mutex() {
    for seed in SEEDS {
        let mutex = Mutex::new(());
        storm_of_holders(seed, |_, _| mutex.lock());
        assert_eq!((mutex.is_locked(), mutex.statistics().waiting), (false, 0));
    }
}

#[test]
fn rwlock() {
    /// What is only held.
    trait Guard {}
    impl<T> Guard for T {}

    for seed in SEEDS {
        let lock = RwLock::new(());
        storm_of_holders(seed, |random, _| {
            let (lock, writes) = (&lock, random.one_in(4));
            async move {
                let guard: Box<dyn Guard + '_> = match writes {
                    true => Box::new(lock.write().await),
                    false => Box::new(lock.read().await),
                };
                guard
            }
        });
        assert!(lock.try_write().is_some());
        assert_eq!(lock.statistics().waiting, 0);
    }
}

#[test]
fn limiter() {
    for seed in SEEDS {
        let limiter = Limiter::new(4);
        storm_of_holders(seed, |_, number| {
            let limiter = &limiter;
            async move { limiter.acquire(number).await.unwrap() }
        });
        assert_eq!((limiter.statistics().borrowed, limiter.statistics().waiting), (0, 0));
        assert_eq!(limiter.borrowers(), []);
    }
}

#[test]
fn event() {
    for seed in SEEDS {
        let event = Event::new();
        let (mut crowd, mut passed) = (Crowd::new(seed), 0);
        for _ in 0..WAITERS {
            passed += usize::from(crowd.come(event.wait()).is_some());
            match crowd.random.below(50) {
                0..20 => crowd.cancel_any(),
                20..30 => passed += crowd.serve(3).len(),
                30 => event.set(),
                31..34 => event.clear(),
                _ => {}
            }
        }
        event.set();
        event.clear();
        passed += crowd.serve(5).len();
        assert_eq!((crowd.left, event.statistics().waiting), (0, 0));
        assert!(passed > 1000, "only {passed} have passed");
    }
}

// Each item is announced to one who waits. However many of those are cancelled when they were woken, no item is
// left while somebody waits for it.
#[test]
fn condvar() {
    for seed in SEEDS {
        let (items, filled) = (Mutex::new(0_usize), Condvar::new());
        let take = async || {
            let mut items = filled.wait_while(items.lock().await, |items| *items == 0).await;
            *items -= 1;
        };
        let put = || {
            // Who has been handed the mutex is woken first, and unlocks it again.
            let Some(mut items) = items.try_lock() else { return false };
            *items += 1;
            filled.notify_one();
            true
        };
        // Those who were woken come as far as the mutex, and half of them are cancelled there.
        let cancel_at_the_mutex = |crowd: &mut Crowd<'_, ()>| {
            let Some(guard) = items.try_lock() else { return };
            let woken = crowd.woken();
            assert_eq!(crowd.serve(usize::MAX).len(), 0);
            for number in woken {
                if crowd.random.one_in(2) {
                    crowd.cancel(number);
                }
            }
            drop(guard);
        };
        let (mut crowd, mut made, mut taken) = (Crowd::new(seed), 0, 0);
        for _ in 0..WAITERS {
            taken += usize::from(crowd.come(take()).is_some());
            match crowd.random.below(8) {
                0..3 => crowd.cancel_any(),
                3 => taken += crowd.serve(3).len(),
                4 => made += usize::from(put()),
                5 => cancel_at_the_mutex(&mut crowd),
                _ => {}
            }
        }
        loop {
            cancel_at_the_mutex(&mut crowd);
            taken += crowd.serve(5).len();
            if !crowd.woken().is_empty() {
                continue;
            }
            let left = *items.try_lock().expect("nobody who has it is left unwoken");
            assert_eq!(made, taken + left);
            if crowd.left == 0 {
                break;
            }
            assert_eq!(left, 0, "{} wait, and {left} items are there", crowd.left);
            assert!(put());
            made += 1;
        }
        assert!(taken > 500, "only {taken} were taken");
        assert_eq!((filled.statistics().waiting, items.statistics().waiting), (0, 0));
    }
}

#[test]
fn barrier() {
    for seed in SEEDS {
        let barrier = Barrier::new(50);
        let (mut crowd, mut passed, mut broken) = (Crowd::new(seed), 0, 0);
        let mut count = |results: Vec<Result<_, _>>| {
            let ok = results.iter().filter(|result| result.is_ok()).count();
            passed += ok;
            broken += results.len() - ok;
        };
        for _ in 0..WAITERS {
            count(crowd.come(barrier.wait()).into_iter().collect());
            match crowd.random.below(100) {
                0..20 => crowd.cancel_any(),
                20..30 => count(crowd.serve(3)),
                30 => barrier.reset(),
                _ => {}
            }
            let waiting = barrier.statistics().waiting;
            assert!(waiting < 50, "{waiting} wait, and should have passed");
        }
        count(crowd.serve(5));
        // Those who are left wait for the others of their round.
        assert_eq!(crowd.left, barrier.statistics().waiting);
        while crowd.left > 0 {
            count(crowd.come(barrier.wait()).into_iter().collect());
            count(crowd.serve(usize::MAX));
        }
        assert!(passed > 1000 && broken > 50, "{passed} have passed, {broken} were turned away");
    }
}

#[test]
fn once_cell() {
    for seed in SEEDS {
        let cell = OnceCell::new();
        let (begun, made) = (Counter::new(), Counter::new());
        let init = async || {
            begun.add();
            for _ in 0..3 {
                yield_now().await;
            }
            made.add();
            7
        };
        let (mut crowd, mut had) = (Crowd::new(seed), 0);
        for number in 0..WAITERS {
            had += usize::from(crowd.come(cell.get_or_init(init)).is_some());
            // The maker, again and again.
            if number % 2 == 0 && made.get() == 0 {
                crowd.serve(2);
            }
            crowd.cancel_any();
        }
        while crowd.left > 0 {
            crowd.assert_somebody_was_woken();
            had += crowd.serve(5).len();
        }
        assert_eq!((cell.get(), made.get()), (Some(&7), 1));
        assert!(begun.get() > 1 && had > 0, "{} have begun, {had} had it", begun.get());
    }
}

/// Ten thousand tasks on four threads, of which many give up after a time that is about as long as their wait.
fn storm_of_tasks<T, F>(come: impl Fn() -> F + Clone + Send + Sync + 'static) -> usize
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    bounded(move || {
        Runtime::builder().threads(4).build().run(async move {
            let served = Counter::new();
            let tasks: Vec<_> = (0..WAITERS)
                .map(|number| {
                    let (come, served) = (come.clone(), served.clone());
                    let limit = (number % 3 > 0).then(|| Duration::from_micros(number as u64));
                    spawn(async move {
                        if let Ok(part) = timeout(limit, come()).await {
                            yield_now().await;
                            drop(part);
                            served.add();
                        }
                    })
                })
                .collect();
            for (number, task) in tasks.into_iter().enumerate() {
                if number % 7 == 0 {
                    task.cancel();
                }
                let _ = task.await; // ended or cancelled: but it ends
            }
            served.get()
        })
    })
}

/// Those who neither gave up nor were cancelled: they must all have had their turn.
const PATIENT: usize = WAITERS / 3 - WAITERS / 21;

#[test]
fn semaphore_on_four_threads() {
    let semaphore = Arc::new(Semaphore::new(5));
    let come = {
        let semaphore = Arc::clone(&semaphore);
        move || semaphore.acquire_many_owned(2)
    };
    assert!(storm_of_tasks(come) >= PATIENT);
    let statistics = semaphore.statistics();
    assert_eq!((statistics.permits, statistics.held, statistics.waiting), (5, 0, 0));
}

#[test]
fn mutex_on_four_threads() {
    let mutex = Arc::new(Mutex::new(()));
    let come = {
        let mutex = Arc::clone(&mutex);
        move || mutex.lock_owned()
    };
    assert!(storm_of_tasks(come) >= PATIENT);
    assert_eq!((mutex.is_locked(), mutex.statistics().waiting), (false, 0));
}

#[test]
fn rwlock_on_four_threads() {
    let lock = Arc::new(RwLock::new(()));
    let come = {
        let (lock, turn) = (Arc::clone(&lock), Counter::new());
        move || {
            turn.add();
            let (lock, writes) = (Arc::clone(&lock), turn.get() % 4 == 0);
            async move {
                match writes {
                    true => (Some(lock.write_owned().await), None),
                    false => (None, Some(lock.read_owned().await)),
                }
            }
        }
    };
    assert!(storm_of_tasks(come) >= PATIENT);
    assert!(lock.try_write().is_some());
    assert_eq!(lock.statistics().waiting, 0);
}

#[test]
fn condvar_on_four_threads() {
    let shared = Arc::new((Mutex::new(0_usize), Condvar::new()));
    let come = {
        let shared = Arc::clone(&shared);
        move || {
            let shared = Arc::clone(&shared);
            async move {
                // As many puts as takes: nobody who is patient waits for ever.
                let (items, filled) = &*shared;
                *items.lock().await += 1;
                filled.notify_one();
                let mut items = filled.wait_while(items.lock().await, |items| *items == 0).await;
                *items -= 1;
            }
        }
    };
    assert!(storm_of_tasks(come) >= PATIENT);
    assert_eq!((shared.1.statistics().waiting, shared.0.statistics().waiting), (0, 0));
}
