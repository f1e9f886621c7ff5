//! What drives a worker on its thread, and where it sleeps.
//!
//! A worker that is to watch the poller sleeps in it, if nobody else does, until an event comes: it brings the events with
//! it. Any other worker parks its thread. Either sleeps no longer than until its alarm, and is woken by its waker: the
//! one by the poller's bell, the other by being unparked.

mod claim;
#[cfg(all(test, taipan_loom))]
mod model;
mod sleep;
#[cfg(all(test, not(taipan_loom)))]
mod tests;
mod wait;

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

pub(super) use self::claim::Claimable;
use self::sleep::{Place, Sleep};
use super::epoll::{NO_EVENTS, Poller};
use crate::time::real_now;

/// Drives the worker of one thread.
pub(crate) struct Parker {
    sleeper: Arc<Sleeper>,
    next: Cell<Option<Rest>>,
    /// Room for the wakers that events wake.
    woken: Cell<Vec<Waker>>,
}

struct Rest {
    until: Option<Instant>,
    watch: bool,
}

/// A worker, as those see it who wake it.
struct Sleeper {
    sleep: Sleep,
    thread: Thread,
    poller: Arc<Poller>,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        match self.sleep.wake() {
            Some(Place::Thread) => self.thread.unpark(),
            Some(Place::Poller) => self.poller.ring(),
            None => {}
        }
    }
}

impl Parker {
    /// The parker of this thread.
    pub(crate) fn new(poller: &Arc<Poller>) -> Parker {
        let sleep = Sleep::new();
        let sleeper = Sleeper { sleep, thread: thread::current(), poller: Arc::clone(poller) };
        Parker { sleeper: Arc::new(sleeper), next: Cell::default(), woken: Cell::default() }
    }

    /// Has the worker sleep, once its poll is pending, until it is woken or it is that time; perhaps less. `watch`: it watches
    /// the poller, unless somebody does.
    pub(crate) fn rest(&self, until: Option<Instant>, watch: bool) {
        self.next.set(Some(Rest { until, watch }));
    }

    /// Polls `future` until it has ended. Whenever it is pending, it has either been woken or called [`rest`](Self::rest).
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        let waker = Waker::from(Arc::clone(&self.sleeper));
        let cx = &mut Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            // What it was woken for until here it finds in this poll.
            self.sleeper.sleep.rise();
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return output;
            }
            if let Some(rest) = self.next.take() {
                self.sleep(rest);
            }
        }
    }

    fn sleep(&self, Rest { until, watch }: Rest) {
        let Sleeper { sleep, poller, .. } = &*self.sleeper;
        if let Some(claim) = watch.then(|| poller.waiting.claim()).flatten() {
            if sleep.fall(Place::Poller) {
                let mut room = NO_EVENTS;
                let events = poller.wait(claim, until, &mut room);
                sleep.rise(); // or this thread would ring for itself
                let mut woken = self.woken.take();
                poller.tell(events, &mut woken);
                self.woken.set(woken);
            }
        } else if sleep.fall(Place::Thread) {
            match until {
                None => thread::park(),
                Some(until) => {
                    thread::park_timeout(until.saturating_duration_since(real_now()));
                }
            }
        }
    }
}
