//! Calls on other threads: some that block for a moment, some that compute, some that nobody waits for in the end.

use std::thread;

use taipan::prelude::*;
use taipan::{ThreadPool, compute, from_thread};

use crate::books::{Account, wrong};
use crate::shift::Shift;

/// Cancelled: withdrawn before they had begun.
pub(crate) static CALLS: Account = Account::new("calls on threads");
pub(crate) static ANSWERS: Account = Account::new("answers of calls");
pub(crate) static COMPUTED: Account = Account::new("computations");
pub(crate) static LETTERS: Account = Account::new("futures from threads");

pub(crate) async fn load(mut dice: Shift) {
    // It is closed at the end of the block: its threads are gone then.
    with!(pool = ThreadPool::new(2), {
        while !dice.is_over() {
            match dice.below(5) {
                0 => many(&mut dice).await,
                1 => given_up(&mut dice).await,
                2 => in_pool(&mut dice, pool).await,
                3 => letters(&mut dice).await,
                _ => computes(&mut dice).await,
            }
        }
    });
}

/// What blocks a thread for a moment; its value is the time in microseconds.
fn block(dice: &mut Shift) -> impl FnOnce() -> u128 + Send + use<> {
    let (entry, time) = (CALLS.begin(), dice.moment(300));
    move || {
        thread::sleep(time);
        entry.done();
        time.as_micros()
    }
}

async fn many(dice: &mut Shift) {
    let calls: Vec<_> = (0..dice.below(6)).map(|_| block(dice)).collect();
    let answers = ANSWERS.begin();
    let times = gather(calls.into_iter().map(to_thread)).await;
    if times.iter().any(|&time| time >= 300) {
        wrong("a call gave another's value");
    }
    answers.done();
}

/// The scope waits for a call that runs; one that has not begun is withdrawn.
async fn given_up(dice: &mut Shift) {
    let (call, limit) = (to_thread(block(dice)), dice.moment(200));
    let call = if dice.one_in(4) { call.abandon_on_cancel() } else { call };
    let _ = timeout(limit, call).await;
}

/// More calls than the pool has threads: some wait for their turn, and are given up there.
async fn in_pool(dice: &mut Shift, pool: &ThreadPool) {
    let calls: Vec<_> = (0..dice.below(6)).map(|_| pool.run(block(dice))).collect();
    let _ = timeout(dice.moment(1000), gather(calls)).await;
}

/// A call runs async code where it is awaited, and waits for it.
async fn letters(dice: &mut Shift) {
    let (entry, time) = (LETTERS.begin(), dice.moment(200));
    let call = to_thread(move || {
        let slept = from_thread(async move { sleep(time).await });
        if slept.is_ok() {
            entry.done();
        }
    });
    let _ = timeout(dice.moment(400), call).await;
}

async fn computes(dice: &mut Shift) {
    let (entry, until) = (COMPUTED.begin(), dice.below(100_000) as u64);
    let sum = compute(move || (0..=until).sum::<u64>()).await;
    if sum != until * (until + 1) / 2 {
        wrong("a computation was wrong");
    }
    entry.done();
}
