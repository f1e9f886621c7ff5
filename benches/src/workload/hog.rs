//! How long a task waits that could run while another one computes and does not yield.
//!
//! The others are ready at times spread over the hog's tenth of a second. With a thread a core there
//! is always a thread for them; it must only learn of them. On one thread they wait until the hog ends.

use std::marker::PhantomData;
use std::time::{Duration, Instant};

use super::{Figure, Probe, sized};
use crate::kit::Kit;
use crate::measure::Failure;
use crate::rival::Rival;

/// The delays of tasks that get ready as `C` says.
pub(crate) struct Hog<C>(PhantomData<C>);

const HOGS: u64 = sized(40);
const COMPUTES: Duration = Duration::from_millis(100);
/// Tasks that get ready while one hog computes, one after the other.
const OTHERS: u32 = 10;
/// How long the others and the hog's thread get to settle.
const SETTLE: Duration = Duration::from_millis(5);

/// How tasks get ready.
pub(crate) trait Case: 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;

    /// One hog and its others; their delays.
    fn delays<R: Rival>() -> impl Future<Output = Vec<Duration>> + Send;
}

impl<C: Case> Probe for Hog<C> {
    const NAME: &'static str = C::NAME;
    const ABOUT: &'static str = C::ABOUT;
    const FIGURES: &'static [Figure] = &[
        Figure { label: "p50", unit: "us" },
        Figure { label: "p99", unit: "us" },
        Figure { label: "max", unit: "us" },
    ];

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        let mut delays = R::run(async {
            let mut delays = Vec::new();
            for _ in 0..HOGS {
                delays.extend(C::delays::<R>().await);
                R::Kit::sleep(SETTLE).await;
            }
            delays
        });
        delays.sort();
        let micros = |place: usize| delays[place].as_nanos() as f64 / 1e3;
        let last = delays.len() - 1;
        Ok(vec![micros(last / 2), micros(last * 99 / 100), micros(last)])
    }
}

/// Keeps its thread until then.
fn compute(until: Instant) {
    while Instant::now() < until {}
}

/// Does `at` at the start, and at every tenth of the time that the hog computes.
fn hog(mut at: impl FnMut(u32)) {
    let started = Instant::now();
    for number in 0..OTHERS {
        compute(started + COMPUTES * number / OTHERS);
        at(number);
    }
    compute(started + COMPUTES);
}

async fn join_all<R: Rival>(tasks: Vec<R::Task<Duration>>) -> Vec<Duration> {
    let mut delays = Vec::new();
    for task in tasks {
        delays.push(R::join(task).await);
    }
    delays
}

/// The hog itself spawns them.
pub(crate) struct Spawned;

impl Case for Spawned {
    const NAME: &'static str = "hog";
    const ABOUT: &'static str =
        "a task computes for 100 ms and spawns 10 others meanwhile; the delay until they run";

    async fn delays<R: Rival>() -> Vec<Duration> {
        let hog = R::spawn(async {
            let mut others = Vec::new();
            hog(|_| {
                let ready = Instant::now();
                others.push(R::spawn(async move { ready.elapsed() }));
            });
            others
        });
        join_all::<R>(R::join(hog).await).await
    }
}

/// They wait for the hog, which wakes them.
pub(crate) struct Woken;

impl Case for Woken {
    const NAME: &'static str = "hog-wake";
    const ABOUT: &'static str =
        "a task computes for 100 ms and wakes 10 others meanwhile; the delay until they run";

    async fn delays<R: Rival>() -> Vec<Duration> {
        let epoch = Instant::now();
        let mut senders = Vec::new();
        let mut others = Vec::new();
        for _ in 0..OTHERS {
            let (sender, receiver) = R::Kit::oneshot();
            senders.push(sender);
            others.push(R::spawn(async move {
                let ready = Duration::from_nanos(R::Kit::recv_once(receiver).await);
                epoch.elapsed().saturating_sub(ready)
            }));
        }
        R::Kit::sleep(SETTLE).await;
        let hog = R::spawn(async move {
            let mut senders = senders.into_iter();
            hog(|_| {
                let sender = senders.next().expect("one for each of the others");
                R::Kit::send_once(sender, epoch.elapsed().as_nanos() as u64);
            });
        });
        R::join(hog).await;
        join_all::<R>(others).await
    }
}

/// They sleep, each until another moment.
pub(crate) struct Due;

impl Case for Due {
    const NAME: &'static str = "hog-timer";
    const ABOUT: &'static str =
        "a task computes for 100 ms while 10 others' sleeps end; the delay until they run";

    async fn delays<R: Rival>() -> Vec<Duration> {
        let started = Instant::now();
        let due = |number| SETTLE + COMPUTES * number / OTHERS + COMPUTES / (2 * OTHERS);
        let other = |number| {
            R::spawn(async move {
                R::Kit::sleep(due(number)).await;
                started.elapsed().saturating_sub(due(number))
            })
        };
        let others: Vec<_> = (0..OTHERS).map(other).collect();
        R::Kit::sleep(SETTLE).await;
        R::join(R::spawn(async { hog(|_| ()) })).await;
        join_all::<R>(others).await
    }
}
