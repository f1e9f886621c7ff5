//! The memory of tasks that wait.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Figure, Probe, sized};
use crate::kit::Kit;
use crate::measure::Failure;
use crate::process;
use crate::rival::Rival;

const FIGURES: &[Figure] =
    &[Figure { label: "all", unit: "B" }, Figure { label: "beyond", unit: "B" }];

/// A million tasks that sleep.
pub(crate) struct Sleeping;

impl Probe for Sleeping {
    const NAME: &'static str = "memory";
    const ABOUT: &'static str =
        "1 000 000 tasks sleep; resident bytes a task, and those beyond the size of its future";
    const FIGURES: &'static [Figure] = FIGURES;

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        bytes::<R, _>(sized(1_000_000), || R::Kit::sleep(Duration::from_secs(3600)))
    }
}

/// A hundred thousand tasks that wait for nothing.
pub(crate) struct Pending;

impl Probe for Pending {
    const NAME: &'static str = "memory0";
    const ABOUT: &'static str = "100 000 tasks are pending for ever; bytes a task as in memory";
    const FIGURES: &'static [Figure] = FIGURES;

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        bytes::<R, _>(sized(100_000), future::pending)
    }
}

/// What `count` tasks take that have begun to wait.
fn bytes<R: Rival, F: Future<Output = ()> + Send + 'static>(
    count: u64,
    wait: impl Fn() -> F + Copy + Send + Sync + 'static,
) -> Result<Vec<f64>, Failure> {
    R::run(async move {
        let waiting = Arc::new(AtomicU64::new(0));
        let task = || {
            let waiting = Arc::clone(&waiting);
            async move {
                waiting.fetch_add(1, Ordering::Relaxed);
                wait().await;
            }
        };
        // One before, so that what there is once is there.
        R::detach(R::spawn(task()));
        reach::<R>(&waiting, 1).await;
        let before = process::resident()?;
        for _ in 0..count {
            R::detach(R::spawn(task()));
        }
        reach::<R>(&waiting, 1 + count).await;
        let after = process::resident()?;
        let all = after.saturating_sub(before) as f64 / count as f64;
        Ok(vec![all, all - size_of_val(&task()) as f64])
    })
}

/// Waits until so many tasks have begun, and then until the last of them waits.
async fn reach<R: Rival>(waiting: &AtomicU64, count: u64) {
    while waiting.load(Ordering::Relaxed) < count {
        R::yield_now().await;
    }
    R::Kit::sleep(Duration::from_millis(50)).await;
}
