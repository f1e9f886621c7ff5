//! One deadline that wakes one waker.
//!
//! It is set with its clock at the first poll that finds it in the future, and not before: what is due
//! already, or is never polled, costs the clock nothing. Dropped, or once it has fired, it leaves
//! nothing behind. It stays ready after it has fired, until it is reset.
//!
//! On the system's clock it is set on a wheel of the runtime that polls it first, or with `async-io` where none does.
//! To read that clock takes as long as all the rest. So a timer that is made for a while from now is not compared with
//! it again at its first poll; and neither is one that its wheel has fired.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::shard::Found;
use super::timers::Spoke;
use super::{Clock, Instant};
use crate::current::{self, TimerKey};
use crate::waits::with_own;

/// A timer on the clock under which it was made.
pub(crate) struct Timer {
    /// `None`: never.
    deadline: Option<Instant>,
    kind: Kind,
}

/// On which clock, and whether the clock knows of the timer.
enum Kind {
    System(System),
    /// `Some`: it does. In a box, as it is seldom there, and every timer has room for it.
    Other(Arc<dyn current::Clock>, Option<Box<(TimerKey, Waker)>>),
}

/// Who is to wake it on the system's clock.
enum System {
    /// Nobody; it may be due.
    Unset,
    /// Nobody; it was not due when it was made, a moment ago.
    Ahead,
    Wheel(Spoke),
    Reactor(Box<async_io::Timer>),
}

impl Timer {
    /// Creates a timer on `clock`; `None`: it never fires.
    pub(crate) fn new(clock: Clock, deadline: Option<Instant>) -> Timer {
        let kind = match clock {
            Clock::System => Kind::System(System::Unset),
            Clock::Other(clock) => Kind::Other(clock, None),
        };
        Timer { deadline, kind }
    }

    /// Creates a timer that fires so long from now.
    pub(crate) fn after(clock: Clock, duration: Duration) -> Timer {
        let deadline = clock.now().checked_add(duration);
        let mut timer = Timer::new(clock, deadline);
        if let Kind::System(system) = &mut timer.kind
            && !duration.is_zero()
        {
            *system = System::Ahead;
        }
        timer
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The time on this timer's clock.
    pub(crate) fn now(&self) -> Instant {
        match &self.kind {
            Kind::System(_) => Clock::System.now(),
            Kind::Other(clock, _) => clock.now().into(),
        }
    }

    /// Whether the deadline has passed.
    pub(crate) fn is_due(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= self.now())
    }

    /// Moves the deadline. Whoever polled the timer last, and was not woken by it since, is woken at the new one.
    pub(crate) fn reset(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
        let Some(deadline) = deadline else { return self.disarm() };
        match &mut self.kind {
            Kind::System(system) => system.reset(deadline),
            Kind::Other(clock, Some(armed)) => {
                let (key, waker) = &mut **armed;
                clock.remove(*key);
                *key = clock.insert(deadline.into(), waker);
            }
            Kind::Other(_, None) => {}
        }
    }

    /// Leaves the clock alone until the next poll.
    #[inline]
    pub(crate) fn disarm(&mut self) {
        if !matches!(self.kind, Kind::System(System::Unset)) {
            self.unset();
        }
    }

    fn unset(&mut self) {
        match &mut self.kind {
            Kind::System(system) => {
                if let System::Wheel(spoke) = system {
                    spoke.remove();
                }
                *system = System::Unset;
            }
            Kind::Other(clock, armed) => {
                if let Some(armed) = armed.take() {
                    clock.remove(armed.0);
                }
            }
        }
    }

    /// Ready from the deadline on.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        with_own(cx, |cx| self.poll_with(cx))
    }

    fn poll_with(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline else { return Poll::Pending };
        match &mut self.kind {
            Kind::System(system) => {
                let polled = system.poll(deadline, cx);
                if polled.is_pending() {
                    return Poll::Pending;
                }
            }
            Kind::Other(clock, armed) => {
                if clock.now() < deadline.into() {
                    match armed.as_deref_mut() {
                        Some((_, waker)) if waker.will_wake(cx.waker()) => {}
                        Some((key, waker)) if clock.update(*key, cx.waker()) => {
                            waker.clone_from(cx.waker());
                        }
                        _ => {
                            let key = clock.insert(deadline.into(), cx.waker());
                            *armed = Some(Box::new((key, cx.waker().clone())));
                        }
                    }
                    return Poll::Pending;
                }
            }
        }
        self.disarm();
        Poll::Ready(())
    }
}

impl System {
    fn reset(&mut self, deadline: Instant) {
        let waits = match self {
            System::Wheel(spoke) => spoke.reset(deadline.into()),
            System::Reactor(timer) => {
                timer.set_at(deadline.into());
                true
            }
            System::Unset | System::Ahead => false,
        };
        if !waits {
            *self = System::Unset;
        }
    }

    fn poll(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            System::Reactor(timer) => return Pin::new(&mut **timer).poll(cx).map(drop),
            System::Wheel(spoke) => match spoke.update(cx.waker()) {
                Found::Fired => {
                    *self = System::Unset;
                    return Poll::Ready(());
                }
                Found::Waiting if Clock::System.now() < deadline => return Poll::Pending,
                Found::Closed if Clock::System.now() < deadline => {}
                Found::Waiting | Found::Closed => return Poll::Ready(()),
            },
            System::Unset if Clock::System.now() >= deadline => return Poll::Ready(()),
            System::Unset | System::Ahead => {}
        }
        match Spoke::set(deadline.into(), cx.waker()) {
            Some(spoke) => {
                *self = System::Wheel(spoke);
                Poll::Pending
            }
            None => {
                let mut timer = Box::new(async_io::Timer::at(deadline.into()));
                // It looks at the time again, and registers itself only if that is too early.
                let polled = Pin::new(&mut *timer).poll(cx);
                *self = System::Reactor(timer);
                polled.map(drop)
            }
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.disarm();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::testing::{VirtualTime, Wakes, named_waker};

    const SECOND: Duration = Duration::from_secs(1);

    fn after(duration: Duration) -> Timer {
        let clock = Clock::current();
        let deadline = clock.now().checked_add(duration);
        Timer::new(clock, deadline)
    }

    fn poll(timer: &mut Timer, waker: &Waker) -> bool {
        timer.poll(&mut Context::from_waker(waker)).is_ready()
    }

    #[test]
    fn it_is_set_at_the_first_pending_poll_and_only_once() {
        let time = VirtualTime::start();
        let mut timer = after(SECOND);
        assert_eq!(time.clock.timers(), 0);
        for _ in 0..3 {
            assert!(!poll(&mut timer, Waker::noop()));
            assert_eq!(time.clock.timers(), 1);
        }
    }

    #[test]
    fn what_is_due_never_reaches_the_clock() {
        let time = VirtualTime::start();
        assert!(poll(&mut after(Duration::ZERO), Waker::noop()));
        let mut past = after(SECOND);
        time.clock.pass(2 * SECOND);
        assert!(past.is_due());
        assert!(poll(&mut past, Waker::noop()));
        assert_eq!(time.clock.timers(), 0);
    }

    #[test]
    fn never_is_never_set() {
        let time = VirtualTime::start();
        let mut timer = after(Duration::MAX);
        assert_eq!(timer.deadline(), None);
        assert!(!poll(&mut timer, Waker::noop()));
        assert!(!time.clock.jump());
        assert!(!timer.is_due());
    }

    #[test]
    fn it_fires_once_and_stays_ready() {
        let time = VirtualTime::start();
        let wakes = Wakes::default();
        let waker = named_waker(&wakes, "task");
        let mut timer = after(SECOND);
        assert!(!poll(&mut timer, &waker));
        assert!(time.clock.jump());
        assert_eq!(wakes.get(), "task");
        assert!(poll(&mut timer, &waker));
        assert!(poll(&mut timer, &waker));
        assert_eq!((time.clock.timers(), wakes.get()), (0, "task".to_owned()));
    }

    #[test]
    fn the_last_waker_counts() {
        let time = VirtualTime::start();
        let wakes = Wakes::default();
        let mut timer = after(SECOND);
        assert!(!poll(&mut timer, &named_waker(&wakes, "first")));
        assert!(!poll(&mut timer, &named_waker(&wakes, "second")));
        assert_eq!(time.clock.timers(), 1);
        assert!(time.clock.jump());
        assert_eq!(wakes.get(), "second");
    }

    // K263
    #[test]
    fn dropped_it_leaves_nothing_behind() {
        let time = VirtualTime::start();
        let mut timer = after(SECOND);
        assert!(!poll(&mut timer, Waker::noop()));
        drop(timer);
        assert_eq!(time.clock.timers(), 0);
    }

    #[test]
    fn reset_moves_the_wake_with_the_deadline() {
        let time = VirtualTime::start();
        let wakes = Wakes::default();
        let waker = named_waker(&wakes, "task");
        let mut timer = after(SECOND);
        assert!(!poll(&mut timer, &waker));
        timer.reset(Some(timer.now() + 3 * SECOND));
        time.clock.pass(2 * SECOND);
        assert_eq!(wakes.get(), "");
        assert!(!poll(&mut timer, &waker));
        time.clock.pass(SECOND);
        assert_eq!(wakes.get(), "task");
        assert!(poll(&mut timer, &waker));
        timer.reset(Some(timer.now() + SECOND));
        assert!(!poll(&mut timer, &waker));
        timer.reset(None);
        assert_eq!(time.clock.timers(), 0);
    }

    #[test]
    fn it_counts_on_the_clock_it_was_made_under() {
        let time = VirtualTime::start();
        let mut timer = after(SECOND);
        let clock = Arc::clone(&time.clock);
        drop(time);
        assert!(!poll(&mut timer, Waker::noop()));
        clock.pass(SECOND);
        assert!(poll(&mut timer, Waker::noop()));
    }

    #[test]
    fn the_system_clock_wakes_it_not_before_its_deadline() {
        let start = std::time::Instant::now();
        let mut timer = after(Duration::from_millis(2));
        futures_lite::future::block_on(std::future::poll_fn(|cx| timer.poll(cx)));
        assert!(start.elapsed() >= Duration::from_millis(2));
        assert!(poll(&mut timer, Waker::noop()));
    }

    #[test]
    fn on_the_system_clock_too_a_reset_timer_wakes_whom_it_knew() {
        let (wake, woken) = std::sync::mpsc::channel();
        struct Tells(std::sync::mpsc::Sender<()>);
        impl std::task::Wake for Tells {
            fn wake(self: Arc<Self>) {
                let _ = self.0.send(());
            }
        }
        let waker = Waker::from(Arc::new(Tells(wake)));
        let mut timer = after(Duration::from_secs(3600));
        assert!(!poll(&mut timer, &waker));
        timer.reset(Some(timer.now() + Duration::from_millis(1)));
        woken.recv().unwrap();
        assert!(poll(&mut timer, &waker));
        timer.reset(None);
        assert!(!poll(&mut timer, &waker));
    }
}
