//! How long chatty tasks, which never find that they must wait, keep others from running.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Figure, Probe, sum_below};
use crate::kit::Kit;
use crate::machine;
use crate::measure::Failure;
use crate::rival::Rival;

/// On every thread a task talks to itself over a channel that is always ready; a neighbour wants to run
/// again and again.
pub(crate) struct Fairness;

/// How long they talk: what the neighbour waits for when nobody sees to it that they yield.
const TALKS: Duration = Duration::from_millis(300);

/// Sends itself numbers, until the time is over; whether all came back in order.
async fn chatty<R: Rival>() -> bool {
    let (sender, mut receiver) = R::Kit::channel(8);
    let started = Instant::now();
    let (mut sent, mut sum) = (0, 0);
    while started.elapsed() < TALKS {
        for _ in 0..16 {
            R::Kit::send(&sender, sent).await;
            sum += R::Kit::recv(&mut receiver).await.expect("the sender lives");
            sent += 1;
        }
    }
    sum == sum_below(sent)
}

/// How long it had to wait for each of its turns, until the others have ended.
async fn neighbour(ended: Arc<AtomicBool>) -> Vec<Duration> {
    let mut waits = Vec::new();
    let mut last = Instant::now();
    while !ended.load(Ordering::Relaxed) {
        futures_lite::future::yield_now().await;
        let now = Instant::now();
        waits.push(now - last);
        last = now;
    }
    waits
}

impl Probe for Fairness {
    const NAME: &'static str = "fairness";
    const ABOUT: &'static str = "a task a core finds its channel always ready for 300 ms; how long a neighbour waits for a turn";
    const FIGURES: &'static [Figure] =
        &[Figure { label: "p99", unit: "us" }, Figure { label: "max", unit: "us" }];

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        let (in_order, mut waits) = R::run(async {
            let ended = Arc::new(AtomicBool::new(false));
            let neighbour = R::spawn(neighbour(Arc::clone(&ended)));
            let chatty: Vec<_> = (0..machine::cores()).map(|_| R::spawn(chatty::<R>())).collect();
            let mut in_order = true;
            for task in chatty {
                in_order &= R::join(task).await;
            }
            ended.store(true, Ordering::Relaxed);
            (in_order, R::join(neighbour).await)
        });
        if !in_order {
            return Err(Failure::Wrong("a number came back that was not sent".to_owned()));
        }
        waits.sort();
        let last = waits.len().checked_sub(1);
        let last = last.ok_or_else(|| Failure::Wrong("the neighbour never ran".to_owned()))?;
        let micros = |place: usize| waits[place].as_nanos() as f64 / 1e3;
        Ok(vec![micros(last * 99 / 100), micros(last)])
    }
}
