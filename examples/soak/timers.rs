//! Sleeps, limits and intervals: none too early, and none that is forgotten.

use std::future::pending;
use std::time::Duration;

use taipan::prelude::*;
use taipan::time::{Instant, MissedTick, interval};

use crate::books::{Account, same, wrong};
use crate::shift::Shift;

pub(crate) static SLEEPS: Account = Account::new("sleeps");
pub(crate) static FIRED: Account = Account::new("limits that fired");
pub(crate) static KEPT: Account = Account::new("limits that were kept");
pub(crate) static TICKS: Account = Account::new("ticks");

pub(crate) async fn load(mut dice: Shift) {
    while !dice.is_over() {
        match dice.below(4) {
            0 => sleeps(&mut dice).await,
            1 => fires(&mut dice).await,
            2 => is_kept(&mut dice).await,
            _ => ticks(&mut dice).await,
        }
    }
}

/// Waits, and complains if that was too short.
async fn wait(time: Duration) {
    let (entry, start) = (SLEEPS.begin(), Instant::now());
    sleep(time).await;
    if start.elapsed() < time {
        wrong(format!("a sleep of {time:?} took {:?}", start.elapsed()));
    }
    entry.done();
}

/// Many at once, and half of them are given up.
async fn sleeps(dice: &mut Shift) {
    let times: Vec<_> = (0..dice.below(100)).map(|_| dice.moment(5000)).collect();
    let all = gather(times.into_iter().map(wait));
    if dice.one_in(2) {
        let _ = timeout(dice.moment(5000), all).await;
    } else {
        all.await;
    }
}

async fn fires(dice: &mut Shift) {
    let (entry, limit, start) = (FIRED.begin(), dice.moment(2000), Instant::now());
    let ended = timeout(limit, pending::<()>()).await;
    if ended.is_ok() || start.elapsed() < limit {
        wrong(format!("a limit of {limit:?} fired after {:?}", start.elapsed()));
    }
    entry.done();
}

/// A limit that is far, as most are: set and removed.
async fn is_kept(dice: &mut Shift) {
    for _ in 0..dice.below(50) {
        let entry = KEPT.begin();
        let hour = Duration::from_secs(3600);
        if timeout(hour, yield_now()).await.is_err() {
            wrong("a limit of an hour fired");
        }
        entry.done();
    }
}

async fn ticks(dice: &mut Shift) {
    let period = Duration::from_micros(50) + dice.moment(500);
    let (start, count) = (Instant::now(), dice.below(8) as u32);
    let mut ticks = interval(period).missed_tick(MissedTick::Delay);
    for _ in 0..=count {
        let entry = TICKS.begin();
        ticks.tick().await;
        entry.done();
    }
    same("an interval is as long as its ticks", start.elapsed() >= period * count, true);
}
