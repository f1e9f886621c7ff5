//! What the tests of this crate need to hold the time in their hands.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::TestClock;
use crate::current::{self, Cleanup, Clock, Entered, Host};
use crate::info::Identity;
use crate::report::Report;

/// Puts a virtual clock in place of this thread's until it is dropped.
pub(crate) struct VirtualTime {
    pub(crate) clock: Arc<TestClock>,
    _entered: Entered,
}

impl VirtualTime {
    pub(crate) fn start() -> VirtualTime {
        let clock = Arc::new(TestClock::still());
        let entered = enter_clock(Arc::clone(&clock) as Arc<dyn Clock>);
        VirtualTime { clock, _entered: entered }
    }

    /// Runs `future` as a test runtime does: polls it when it was woken, jumps when it was not. Panics if
    /// nothing can wake it any more.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        loop {
            while woken.0.swap(false, Ordering::SeqCst) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker))
                {
                    return output;
                }
            }
            assert!(self.clock.jump(), "nothing can wake the future");
        }
    }
}

/// Makes `clock` this thread's until the guard is dropped.
pub(crate) fn enter_clock(clock: Arc<dyn Clock>) -> Entered {
    current::enter(Arc::new(TestHost { clock }))
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A runtime that has a clock and nothing else.
struct TestHost {
    clock: Arc<dyn Clock>,
}

impl Host for TestHost {
    fn adopt(self: Arc<Self>, cleanup: Cleanup) -> Result<(), Cleanup> {
        Err(cleanup)
    }

    fn report(&self, report: &Report) {
        panic!("no test here expects a report: {report}");
    }

    fn clock(&self) -> Option<&Arc<dyn Clock>> {
        Some(&self.clock)
    }

    fn grace(&self) -> Option<Duration> {
        None
    }

    fn running(&self) -> Option<Identity> {
        None
    }
}

/// The names of the wakers that were woken, in order.
#[derive(Clone, Default)]
pub(crate) struct Wakes(Arc<Mutex<Vec<&'static str>>>);

impl Wakes {
    pub(crate) fn get(&self) -> String {
        self.0.lock().unwrap().join(" ")
    }
}

/// A waker that writes its name down.
pub(crate) fn named_waker(wakes: &Wakes, name: &'static str) -> Waker {
    struct Named(Wakes, &'static str);
    impl Wake for Named {
        fn wake(self: Arc<Self>) {
            self.0.0.lock().unwrap().push(self.1);
        }
    }
    Waker::from(Arc::new(Named(wakes.clone(), name)))
}

/// Polls `future` once with a waker that does nothing.
pub(crate) fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}
