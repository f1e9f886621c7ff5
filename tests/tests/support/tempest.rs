//! Ten thousand tasks that wait for something at once, in virtual time: at moments that a seed decides most of them
//! run out of patience, and some are cancelled.
//!
//! All moments are whole milliseconds. So at the very moment at which somebody is given its turn, others run out of
//! patience, and somebody at the front of the line is cancelled: often the one whose turn has come and who has not
//! run yet.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use taipan::time::Instant;
use taipan::{gather, sleep, sleep_until, spawn, timeout};
use taipan_tests::{Random, on_drop};

pub(crate) const WAITERS: usize = 10_000;
pub(crate) const SEEDS: [u64; 2] = [1, 0x9e37_79b9_7f4a_7c15];

/// The first moment at which somebody may give up or be cancelled, and the last one.
const BEGIN: u64 = 10;
pub(crate) const END: Duration = Duration::from_millis(1000);

/// What became of them.
pub(crate) struct Ends<T> {
    /// Those who came to their end, by their numbers, and what they gave.
    pub(crate) done: Vec<(usize, T)>,
    pub(crate) late: usize,
    pub(crate) cancelled: usize,
}

/// Lets all come, in the order of their numbers, and wait: there are as many in line as `waiting` says. Then runs
/// `serve`, while the storm goes on. Fails if anybody who is patient waits for ever.
pub(crate) async fn tempest<T, F>(
    seed: u64,
    come: impl Fn(usize) -> F,
    waiting: impl Fn() -> usize,
    serve: impl AsyncFnOnce(),
) -> Ends<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let mut random = Random::new(seed);
    let start = Instant::now();
    let last = END.as_millis() as u64;
    let alive: Arc<Mutex<BTreeSet<usize>>> = Arc::new(Mutex::new((0..WAITERS).collect()));
    let tasks: Vec<_> = (0..WAITERS)
        .map(|number| {
            let patience = (number % 3 > 0).then(|| {
                Duration::from_millis(BEGIN + random.below((last - BEGIN) as usize) as u64)
            });
            let (future, alive) = (timeout(patience, come(number)), Arc::clone(&alive));
            let gone = on_drop(move || {
                alive.lock().unwrap().remove(&number);
            });
            spawn(async move {
                let _gone = gone;
                future.await
            })
        })
        .collect();

    sleep(Duration::from_millis(1)).await;
    assert_eq!(waiting(), WAITERS);
    let cancel = async {
        for moment in BEGIN..last {
            sleep_until(start + Duration::from_millis(moment)).await;
            let front = alive.lock().unwrap().iter().nth(random.below(8)).copied();
            for number in front.into_iter().chain([random.below(WAITERS)]) {
                tasks[number].cancel();
            }
        }
    };
    // Who is served in this poll may be cancelled before it runs.
    gather!(serve(), cancel).await;

    let mut ends = Ends { done: Vec::new(), late: 0, cancelled: 0 };
    for (number, task) in tasks.into_iter().enumerate() {
        match timeout(Duration::from_secs(3600), task).await {
            Ok(Ok(Ok(value))) => ends.done.push((number, value)),
            Ok(Ok(Err(_))) => ends.late += 1,
            Ok(Err(error)) => {
                assert!(error.is_cancelled(), "{error}");
                ends.cancelled += 1;
            }
            Err(_) => panic!("with seed {seed} waiter {number} waits for ever"),
        }
    }
    let Ends { done, late, cancelled } = &ends;
    assert!(
        done.len() > 1000 && *late > 100 && *cancelled > 100,
        "no storm: {} are done, {late} were late, {cancelled} cancelled",
        done.len(),
    );
    ends
}
