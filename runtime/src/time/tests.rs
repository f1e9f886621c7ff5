//! Time as a test runtime lets it pass: by jumps, when nobody has anything else to do. And the timers of a real one.

use std::future::pending;
use std::pin::pin;
use std::task::Context;
use std::time::Duration;

use super::testing::{Wakes, named_waker, poll_once};
use crate::__private::{TestOptions, test_once};
use crate::time::{Instant, Sleep, interval, sleep};
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

/// How many timers this thread's runtime has set.
fn set() -> usize {
    crate::task::core().unwrap().timers.len()
}

#[test]
fn a_timer_is_set_at_its_first_poll_in_vain_and_dropped_leaves_nothing() {
    crate::Runtime::builder().threads(1).build().run(async {
        let mut sleeps: Vec<_> = (0..10_000).map(|_| sleep(HOUR)).collect();
        assert_eq!(set(), 0);
        for _ in 0..2 {
            assert!(sleeps.iter_mut().all(|sleep| poll_once(pin!(sleep)).is_pending()));
            assert_eq!(set(), 10_000);
        }
        sleeps.truncate(1);
        assert_eq!(set(), 1);
        sleeps.clear();
        assert_eq!(set(), 0);
        assert!(poll_once(pin!(sleep(Duration::ZERO))).is_ready());
        assert_eq!(timeout(HOUR, crate::yield_now()).await, Ok(()));
        assert_eq!(set(), 0);
    });
}

#[test]
fn a_timer_that_has_fired_stays_ready_and_can_be_moved() {
    crate::Runtime::builder().threads(1).build().run(async {
        let mut sleep = sleep(Duration::from_millis(1));
        (&mut sleep).await;
        assert!(poll_once(pin!(&mut sleep)).is_ready());
        assert_eq!(set(), 0);
        let deadline = Instant::now() + Duration::from_millis(1);
        sleep.reset(Instant::now() + HOUR);
        assert!(poll_once(pin!(&mut sleep)).is_pending());
        sleep.reset(deadline);
        assert_eq!(set(), 1);
        (&mut sleep).await;
        assert!(Instant::now() >= deadline);
        assert_eq!(set(), 0);
    });
}

#[test]
fn at_the_end_of_a_run_its_timers_are_woken_and_wait_elsewhere() {
    let wakes = Wakes::default();
    let waker = named_waker(&wakes, "woken");
    let poll = |sleep: &mut Sleep| pin!(sleep).poll(&mut Context::from_waker(&waker));
    let mut slept = sleep(HOUR);
    crate::run(async { assert!(poll(&mut slept).is_pending()) });
    assert_eq!(wakes.get(), "woken");
    assert!(poll(&mut slept).is_pending());
    let deadline = Instant::now() + Duration::from_millis(1);
    slept.reset(deadline);
    futures_lite::future::block_on(slept);
    assert!(Instant::now() >= deadline);
}

#[test]
fn a_blocking_call_sets_its_timers_with_the_runtime_that_made_it() {
    crate::Runtime::builder().threads(1).build().run(async {
        let core = crate::task::core().unwrap();
        let elsewhere = std::thread::spawn(|| {
            let mut sleep = sleep(HOUR);
            assert!(poll_once(pin!(&mut sleep)).is_pending());
            sleep
        });
        let elsewhere = elsewhere.join().unwrap();
        assert_eq!(set(), 0);
        crate::to_thread(move || {
            let mut sleep = sleep(HOUR);
            assert!(poll_once(pin!(&mut sleep)).is_pending());
            assert_eq!(core.timers.len(), 1);
            drop((sleep, elsewhere));
            assert_eq!(core.timers.len(), 0);
        })
        .await;
    });
}
