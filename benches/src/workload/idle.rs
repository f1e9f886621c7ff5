//! What a runtime does when there is nothing to do.

use std::thread;
use std::time::Duration;

use super::{Figure, Probe};
use crate::kit::Kit;
use crate::measure::Failure;
use crate::process;
use crate::rival::Rival;

/// Every task waits: for a timer of an hour, for a channel, for a oneshot.
pub(crate) struct Idle;

/// Tasks of each kind.
const TASKS: u64 = 100;
/// After the last task has begun to wait, threads may look around for a while.
const SETTLE: Duration = Duration::from_millis(500);
const WATCHED: Duration = Duration::from_secs(1);

impl Probe for Idle {
    const NAME: &'static str = "idle";
    const ABOUT: &'static str =
        "300 tasks wait for timers, channels and oneshots; what all threads do in a second";
    const FIGURES: &'static [Figure] =
        &[Figure { label: "wakeups", unit: "/s" }, Figure { label: "cpu", unit: "us/s" }];

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        R::run(async {
            let mut senders = Vec::new();
            let mut tasks = Vec::new();
            for _ in 0..TASKS {
                R::detach(R::spawn(R::Kit::sleep(Duration::from_secs(3600))));
                let (sender, mut channel) = R::Kit::channel::<u64>(1);
                let (once, oneshot) = R::Kit::oneshot();
                senders.push((sender, once));
                tasks.push(R::spawn(async move { R::Kit::recv(&mut channel).await.is_none() }));
                tasks.push(R::spawn(async move { R::Kit::recv_once(oneshot).await == 0 }));
            }
            let (tell, told) = R::Kit::oneshot();
            let watcher = thread::spawn(|| {
                thread::sleep(SETTLE);
                let before = process::activity_of_others();
                thread::sleep(WATCHED);
                let after = process::activity_of_others();
                R::Kit::send_once(tell, 0);
                Ok((before?, after?))
            });
            R::Kit::recv_once(told).await;
            // Only now may anything of what the tasks wait for come, or go.
            for (sender, once) in senders {
                drop(sender);
                R::Kit::send_once(once, 0);
            }
            for task in tasks {
                if !R::join(task).await {
                    return Err(Failure::Wrong("a value came that nobody sent".to_owned()));
                }
            }
            let (before, after) = watcher.join().expect("it does not panic")?;
            Ok(vec![(after.sleeps - before.sleeps) as f64, (after.ran - before.ran) as f64 / 1e3])
        })
    }
}
