//! A storm of cancellations: one scenario, cut off at every poll, in every way.
//!
//! # The protocol
//!
//! 1. A seed says of which parts the scenario is made, and how many polls each wait takes. With each seed and
//!    each way to cut it off, the scenario runs again and again, cut off after 0, 1, 2, .. polls, until it comes
//!    to its end.
//! 2. The books (`ledger`) check each line, each exit and each end, and that nothing is left when whoever
//!    cancelled reports: the scope, the task, the run.
//! 3. Nothing waits for the clock, but for one way, which is for virtual time. On one thread the same seed gives
//!    the same storm; on several, tasks take turns as they will.
//!
//! The figures must be clean. One that is not comes with the way, the seed and the poll that show it.
//!
//! # The files
//!
//! 1. `scenario`: what is cut off; `foreign`: the combinators of others in it.
//! 2. `ledger`: the books; `figures`: what they add up to.
//! 3. `cut`: how a poll is counted.

mod cut;
mod figures;
mod foreign;
mod ledger;
mod scenario;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures_lite::{FutureExt, future};
use taipan::timeout::timeout_with;
use taipan::{Report, ReportKind, Runtime, TaskError, gather, race, spawn, spawn_local, timeout};

use self::cut::{Watch, Whole, Word, after_polls};
use self::figures::Totals;
use self::ledger::{Ledger, Place, Run};
use self::scenario::{PLANNED, is_planned, scenario};

pub use self::figures::Figures;

/// Who cuts the scenario off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The scope around it: it loses a race.
    Scope,
    /// Foreign code, inside a scope.
    Drop,
    /// The scope around it, which foreign code drops two polls later.
    ScopeThenDrop,
    /// A time limit.
    Timeout,
    /// A time limit, while the scenario waits for timers.
    Clock,
    /// The cancellation of its task, at that poll exactly.
    Task,
    /// As `Task`, for a task that stays on its thread.
    LocalTask,
    /// The cancellation of its task, which runs on meanwhile.
    RunningTask,
    /// The end of main, at that poll exactly.
    Shutdown,
    /// The end of main, while the scenario runs on.
    RunningShutdown,
}

/// The ways inside a run, which goes on after them.
const WAYS: [Way; 7] = [
    Way::Scope,
    Way::Drop,
    Way::ScopeThenDrop,
    Way::Timeout,
    Way::Task,
    Way::LocalTask,
    Way::RunningTask,
];

/// How many seeds one run of the runtime takes, beside those of its end.
const SEEDS: u64 = 16;

/// Cuts the scenario off, `cancellations` times or a few more; `watch` is told the figures now and then.
///
/// # Panics
///
/// Panics if the scenario panics and that is not planned.
pub fn storm(threads: usize, cancellations: u64, seed: u64, watch: impl Fn(&Figures)) -> Figures {
    let totals = Arc::new(Totals::default());
    let mut seed = seed;
    while totals.cancellations() < cancellations {
        runtime(threads, &totals).run(async {
            let drivers = (0..threads).map(|number| {
                let totals = Arc::clone(&totals);
                spawn(async move {
                    for next in (0..SEEDS).skip(number).step_by(threads) {
                        every_way(seed.wrapping_add(next), cancellations, &totals).await;
                    }
                })
            });
            for ended in gather(drivers.collect::<Vec<_>>()).await {
                if let Err(error) = ended {
                    resume_unwind(error.into_panic().unwrap_or_else(|error| Box::new(error)));
                }
            }
        });
        for way in [Way::Shutdown, Way::RunningShutdown] {
            for polls in 0.. {
                let run = Run { way, seed, polls };
                if totals.cancellations() >= cancellations || shut_down(threads, run, &totals) {
                    break;
                }
            }
        }
        seed = seed.wrapping_add(SEEDS);
        watch(&totals.figures());
    }
    totals.figures()
}

/// As [`storm`], by the clock: on a runtime with virtual time, or it takes its time.
///
/// # Panics
///
/// As [`storm`].
pub async fn storm_by_the_clock(cancellations: u64, seed: u64) -> Figures {
    let totals = Arc::new(Totals::default());
    for seed in seed.. {
        for polls in 0.. {
            if totals.cancellations() >= cancellations {
                return totals.figures();
            }
            if cut_off(Run { way: Way::Clock, seed, polls }, &totals).await {
                break;
            }
        }
    }
    totals.figures()
}

/// Cuts the scenario off in each way, at each poll.
async fn every_way(seed: u64, cancellations: u64, totals: &Arc<Totals>) {
    for way in WAYS {
        for polls in 0.. {
            let run = Run { way, seed, polls };
            if totals.cancellations() >= cancellations || cut_off(run, totals).await {
                break;
            }
        }
    }
}

/// Runs the scenario and cuts it off; returns whether it came to its end instead.
async fn cut_off(run: Run, totals: &Arc<Totals>) -> bool {
    let Run { way, polls, .. } = run;
    let place = Ledger::open(totals, run);
    let whole = whole(&place);
    let cut = async |polls| after_polls(polls, &place).await;
    let completed = match way {
        Way::Scope => planned(async { race!(cut(polls), whole).await }).await,
        Way::Drop => {
            let drops = async { future::or(cut(polls), whole).await };
            planned(async { timeout(None, drops).await.is_ok_and(|completed| completed) }).await
        }
        Way::ScopeThenDrop => {
            let cancels = async { race!(cut(polls), whole).await };
            let drops = async { future::or(cut(polls + 2), cancels).await };
            planned(async { timeout(None, drops).await.is_ok_and(|completed| completed) }).await
        }
        Way::Timeout => {
            let place = place.clone();
            let limited = timeout_with(None, |deadline| {
                Watch::new(whole, polls, false, move |completed| {
                    if !completed {
                        place.cut();
                        deadline.reset(Duration::ZERO).expect("the body runs");
                    }
                })
            });
            planned(async { limited.await.is_ok() }).await
        }
        Way::Clock => {
            // Between two of the scenario's own timers.
            let limit = Duration::from_millis(polls as u64) + Duration::from_micros(500);
            planned(async { timeout(limit, whole).await.is_ok() }).await
        }
        Way::Task | Way::LocalTask | Way::RunningTask => {
            let word = Word::default();
            let watch = Watch::new(whole, polls, way == Way::RunningTask, word.teller());
            let task = if way == Way::LocalTask { spawn_local(watch) } else { spawn(watch) };
            let completed = word.heard().await;
            if way != Way::RunningTask {
                place.cut();
            }
            task.cancel();
            planned(async {
                match task.await.map_err(TaskError::into_panic) {
                    Err(Ok(payload)) => resume_unwind(payload),
                    Ok(_) | Err(Err(_)) => completed,
                }
            })
            .await
        }
        Way::Shutdown | Way::RunningShutdown => unreachable!("it ends the run"),
    };
    place.report_inside();
    totals.count(completed);
    completed
}

/// As `cut_off`, by the end of main.
fn shut_down(threads: usize, run: Run, totals: &Arc<Totals>) -> bool {
    let place = Ledger::open(totals, run);
    let goes_on = run.way == Way::RunningShutdown;
    let completed = runtime(threads, totals).run(async {
        let word = Word::default();
        let watch = Watch::new(whole(&place), run.polls, goes_on, word.teller());
        spawn(async { _ = watch.await }).detach();
        let completed = word.heard().await;
        if !goes_on {
            place.cut();
        }
        completed
    });
    place.report();
    totals.count(completed);
    completed
}

/// The scenario with its books; gives `true`. Boxed, or every way to cut it off would be compiled with it.
fn whole(place: &Place) -> Whole {
    let place = place.clone();
    Box::pin(async move {
        place.is_task();
        scenario(place).await;
        true
    })
}

/// Whether `cut` gives `true`. A panic that is planned came out of whoever cancelled the code that caught
/// it: not lost, and that is right.
async fn planned(cut: impl Future<Output = bool>) -> bool {
    match AssertUnwindSafe(cut).catch_unwind().await {
        Ok(completed) => completed,
        Err(payload) if is_planned(&*payload) => false,
        Err(payload) => resume_unwind(payload),
    }
}

/// A runtime that minds what is reported.
fn runtime(threads: usize, totals: &Arc<Totals>) -> Runtime {
    let totals = Arc::clone(totals);
    let hook = move |report: &Report| {
        let planned = match report.kind() {
            ReportKind::LostCleanup | ReportKind::Straggler => false,
            _ => report.message().contains(PLANNED),
        };
        if !planned {
            totals.wrong(&totals.left_behind, || report.to_string());
        }
    };
    Runtime::builder().threads(threads).error_hook(hook).build()
}
