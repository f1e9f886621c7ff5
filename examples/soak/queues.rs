//! Where tasks meet: channels, queues, permits and locks, with waiters that give up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use taipan::prelude::*;
use taipan::sync::{Mutex, Queue, RwLock, Semaphore, Taken, channel, oneshot};

use crate::books::{Account, Entry, same};
use crate::shift::Shift;

/// Messages: done when they are received; cancelled if they were dropped on their way.
pub(crate) static MESSAGES: Account = Account::new("messages");
pub(crate) static JOBS: Account = Account::new("jobs of queues");
pub(crate) static PERMITS: Account = Account::new("permits");
pub(crate) static LOCKS: Account = Account::new("locks");
pub(crate) static ANSWERS: Account = Account::new("answers");

pub(crate) async fn load(mut dice: Shift) {
    while !dice.is_over() {
        match dice.below(5) {
            0 => messages(&mut dice).await,
            1 => jobs(&mut dice).await,
            2 => permits(&mut dice).await,
            3 => locks(&mut dice).await,
            _ => answers(&mut dice).await,
        }
    }
}

/// Senders and receivers on tasks of their own; those who take too long are cut off.
async fn messages(dice: &mut Shift) {
    let (tx, rx) = channel::<Entry>(1 + dice.below(8));
    let (count, hurry, limit) = (dice.below(60), dice.one_in(2), dice.moment(500));
    let senders: Vec<_> = (0..3)
        .map(|_| {
            let tx = tx.clone();
            spawn(async move {
                for _ in 0..count {
                    if tx.send(MESSAGES.begin()).await.is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    drop(tx);
    let receivers: Vec<_> = (0..2)
        .map(|_| {
            let rx = rx.clone();
            spawn(async move {
                while let Some(entry) = rx.recv().await {
                    entry.done();
                }
            })
        })
        .collect();
    drop(rx);
    let all = gather(senders.into_iter().chain(receivers));
    if hurry {
        let _ = timeout(limit, all).await; // they are cancelled with it
    } else {
        let ended = all.await.into_iter().all(|end| end.is_ok());
        same("who sends and receives ends by itself", ended, true);
    }
}

async fn jobs(dice: &mut Shift) {
    let queue = Queue::<Entry>::new(4);
    let theirs = queue.clone();
    let worker = spawn(async move {
        while let Some(job) = theirs.take().await {
            yield_now().await;
            Taken::into_inner(job).done();
        }
    });
    for _ in 0..dice.below(30) {
        let put = queue.put(JOBS.begin());
        if dice.one_in(4) {
            let _ = timeout(dice.moment(20), put).await;
        } else if put.await.is_err() {
            break;
        }
    }
    queue.shutdown();
    queue.join().await;
    same("a worker ends with its queue", worker.await.is_ok(), true);
}

async fn permits(dice: &mut Shift) {
    let semaphore = Arc::new(Semaphore::new(3));
    let limits: Vec<_> = (0..dice.below(20)).map(|_| dice.moment(400)).collect();
    let holders = limits.into_iter().enumerate().map(|(n, limit)| {
        let semaphore = Arc::clone(&semaphore);
        spawn(async move {
            let entry = PERMITS.begin();
            let hold = async {
                let _permit = semaphore.acquire_many(1 + n % 3).await;
                sleep!(50us).await;
                entry.done();
            };
            let _ = timeout(limit, hold).await;
        })
    });
    let holders: Vec<_> = holders.collect();
    for holder in holders {
        same("a holder ends by itself", holder.await.is_ok(), true);
    }
    let statistics = semaphore.statistics();
    same("permits that are back", semaphore.available_permits(), 3);
    same("who waits for permits", statistics.waiting, 0);
}

/// What is behind a lock is what those say who held it.
async fn locks(dice: &mut Shift) {
    let (mutex, lock) = (Mutex::new(0_u64), RwLock::new(0_u64));
    let (held, written) = (AtomicU64::new(0), AtomicU64::new(0));
    let times: Vec<_> = (0..dice.below(20)).map(|n| (n, dice.moment(300))).collect();
    let holders = times.into_iter().map(async |(n, limit)| {
        let entry = LOCKS.begin();
        let hold = async {
            let mut value = mutex.lock().await;
            *value += 1;
            held.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
            drop(value);
            if n % 4 == 0 {
                let mut value = lock.write().await;
                *value += 1;
                written.fetch_add(1, Ordering::Relaxed);
                sleep!(20us).await;
            } else {
                let before = *lock.read().await;
                same("nobody writes backwards", *lock.read().await >= before, true);
            }
            entry.done();
        };
        let _ = timeout(limit, hold).await;
    });
    gather(holders).await;
    same("what the lock holds", mutex.into_inner(), held.into_inner());
    same("what was written", lock.into_inner(), written.into_inner());
}

async fn answers(dice: &mut Shift) {
    for _ in 0..dice.below(20) {
        let (answer, asked) = oneshot::channel();
        let entry = ANSWERS.begin();
        let task = spawn(async move {
            yield_now().await;
            let _ = answer.send(entry); // given back, if nobody waits any more
        });
        let limit = if dice.one_in(3) { dice.moment(30) } else { 1.mins() };
        if let Ok(Ok(entry)) = timeout(limit, asked).await {
            entry.done();
        }
        same("who answers ends by itself", task.await.is_ok(), true);
    }
}
