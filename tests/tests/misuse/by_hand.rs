//! Futures that are polled after they were ready.

use std::sync::Arc;
use std::time::Duration;

use taipan::sync::{Event, Mutex, Queue, RwLock, Semaphore, channel, oneshot};
use taipan::{gather, race, sleep, spawn, timeout, to_thread, try_gather, yield_now};
use taipan_tests::{bounded, poll_once};

use crate::{hasty, panic_of};

/// Polls a future until it is ready, and then again: gives the message of the panic, if there is one.
async fn again<F: Future>(future: F) -> Option<String> {
    let mut future = Box::pin(future);
    future.as_mut().await;
    let first = panic_of(|| drop(poll_once(future.as_mut())));
    // Once more, after the panic; then it is dropped.
    let second = panic_of(|| drop(poll_once(future.as_mut())));
    assert_eq!(first.is_some(), second.is_some());
    first
}

#[test]
fn a_future_that_was_ready_is_polled_again() {
    bounded(|| {
        hasty(2).run(async {
            assert_eq!(again(sleep(Duration::ZERO)).await, None);
            assert_eq!(again(sleep(Duration::from_millis(1))).await, None);

            let (semaphore, mutex, lock, event) =
                (Semaphore::new(9), Mutex::new(1), RwLock::new(1), Event::new());
            event.set();
            let (tx, rx) = channel(9);
            let queue = Queue::new(9);
            let (one, shot) = oneshot::channel();
            one.send(1).unwrap();
            let messages = [
                ("task.await", again(spawn(async { 1 }).into_future()).await),
                ("(&mut task).await", again((&mut spawn(async { 1 })).into_future()).await),
                ("to_thread", again(to_thread(|| 1)).await),
                ("timeout", again(timeout(Duration::from_secs(9), async { 1 })).await),
                ("late timeout", again(timeout(Duration::ZERO, yield_now())).await),
                ("gather!", again(gather!(async { 1 }, yield_now())).await),
                ("gather", again(gather((0..50).map(|n| async move { n }))).await),
                (
                    "try_gather!",
                    again(try_gather!(async { Ok::<_, ()>(1) }, async { Err::<(), _>(()) })).await,
                ),
                ("race!", again(race!(async { 1 }, yield_one())).await),
                ("semaphore", again(semaphore.acquire()).await),
                ("mutex", again(mutex.lock()).await),
                ("read", again(lock.read()).await),
                ("write", again(lock.write()).await),
                ("event", again(event.wait()).await),
                ("send", again(tx.send(1)).await),
                ("recv", again(rx.recv()).await),
                ("put", again(queue.put(1)).await),
                ("get", again(queue.get()).await),
                ("oneshot", again(shot).await),
                ("yield_now", again(yield_now()).await),
            ];
            for (name, message) in messages {
                if let Some(message) = message {
                    let clear = ["after", "again", "already", "polled"];
                    assert!(clear.iter().any(|word| message.contains(word)), "{name}: {message}");
                }
            }
            // Nothing was taken twice, and nothing is held.
            assert_eq!(semaphore.available_permits(), 9);
            assert!(mutex.try_lock().is_some() && lock.try_write().is_some());
            assert_eq!((rx.len(), queue.len()), (0, 0));
        });
    });
}

async fn yield_one() -> i32 {
    yield_now().await;
    1
}

// A child that panics is polled no more; neither is what holds it.
#[test]
fn a_future_that_has_panicked_is_polled_again() {
    bounded(|| {
        hasty(1).run(async {
            let bad = || async {
                yield_now().await;
                if true {
                    panic!("a child's own");
                }
            };
            let semaphore = Arc::new(Semaphore::new(1));
            let held = Arc::clone(&semaphore);
            let holds = async move {
                let _permit = held.acquire().await;
                std::future::pending::<()>().await;
            };
            let mut both = Box::pin(gather!(bad(), holds));
            assert!(poll_once(both.as_mut()).is_pending());
            assert_eq!(panic_of(|| poll_once(both.as_mut())).unwrap(), "a child's own");
            let _ = panic_of(|| poll_once(both.as_mut()));
            drop(both);
            assert_eq!(semaphore.available_permits(), 1);

            let mut limited = Box::pin(timeout(Duration::from_secs(9), bad()));
            assert!(poll_once(limited.as_mut()).is_pending());
            assert_eq!(panic_of(|| poll_once(limited.as_mut())).unwrap(), "a child's own");
            assert!(panic_of(|| poll_once(limited.as_mut())).is_some());
        });
    });
}
