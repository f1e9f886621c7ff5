//! Time as a test runtime lets it pass: by jumps, when nobody has anything else to do.

use std::future::pending;
use std::time::Duration;

use crate::__private::{TestOptions, test_once};
use crate::time::{Instant, interval, sleep};
use crate::timeout::{timeout, timeout_with};

const HOUR: Duration = Duration::from_secs(3600);

/// Runs `body` in virtual time; a minute of real time is only there to end a hang.
fn run<F: Future<Output = ()> + 'static>(body: impl FnOnce() -> F + Send + 'static) {
    let timeout = Some(Duration::from_secs(60));
    test_once(TestOptions { timeout, virtual_time: true, ..TestOptions::default() }, body);
}

// AC538
#[test]
fn hours_pass_at_once_and_to_the_nanosecond() {
    run(|| async {
        let start = Instant::now();
        sleep(24 * HOUR).await;
        assert_eq!(start.elapsed(), 24 * HOUR);
        let mut interval = interval(HOUR);
        for n in 0..24 {
            assert_eq!(interval.tick().await, start + (24 + n) * HOUR);
        }
        assert!(timeout(HOUR, pending::<()>()).await.is_err());
        assert_eq!(start.elapsed(), (24 + 23 + 1) * HOUR);
    });
}

// AC538
#[test]
fn the_time_stands_still_while_a_task_has_work() {
    run(|| async {
        let start = Instant::now();
        let sleeper = crate::spawn(sleep(HOUR));
        for _ in 0..1000 {
            crate::yield_now().await;
            assert_eq!(start.elapsed(), Duration::ZERO);
        }
        sleeper.await.unwrap();
        assert_eq!(start.elapsed(), HOUR);
    });
}

// H168
#[test]
fn another_task_keeps_a_timeout_alive() {
    run(|| async {
        let start = Instant::now();
        let limited = timeout_with(2 * HOUR, |_| pending::<()>());
        let deadline = limited.deadline();
        let keeper = crate::spawn(async move {
            for _ in 0..10 {
                sleep(HOUR).await;
                deadline.reset(2 * HOUR).unwrap();
            }
        });
        assert!(limited.await.is_err());
        keeper.await.unwrap();
        assert_eq!(start.elapsed(), 12 * HOUR);
    });
}
