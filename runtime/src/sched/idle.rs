//! Who is parked, and who watches.
//!
//! # The protocol
//!
//! 1. A worker that parks puts its waker down, and then looks at the shared queue once more. Who pushes there looks
//!    afterwards whether anybody is parked. Both go through sequentially consistent fences, so one of the two sees the
//!    other: nobody sleeps while something waits.
//! 2. One worker is called at a time: who is called looks at the shared queue after it has said that it is up, and
//!    calls the next if it leaves something there. What is pushed before that it sees; what is pushed after that
//!    calls again.
//! 3. The first worker is called last: its thread polls main and local tasks as well, and may be doing so, for as
//!    long as they please, while the worker is parked.
//! 4. Whoever parks while another works becomes the watcher, unless there is one. If all were parked, nobody is, and
//!    neither if the watcher goes to work, for what was given to it or what it has found: then who begins to work calls
//!    one of the parked, which finds nothing to do and, parking again, becomes the watcher. It lingers for a while when
//!    all rest, so that this costs nothing where work comes and goes.

use std::task::Waker;

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering, fence};
#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering, fence};

use crate::sync::Lock;

pub(super) struct Idle {
    parked: Lock<Parked>,
    /// How many are parked, to be looked at without the lock.
    count: AtomicUsize,
    /// Whether one was called that has not come yet.
    called: AtomicBool,
    /// What every push must know, in one word: `UNWATCHED`, `CLOSED`.
    notice: AtomicU8,
}

struct Parked {
    /// By the worker's number.
    wakers: Box<[Option<Waker>]>,
    count: usize,
    watcher: Option<usize>,
}

/// Somebody is parked and nobody watches.
const UNWATCHED: u8 = 1;
/// Nothing is taken in any more.
const CLOSED: u8 = 2;

impl Idle {
    pub(super) fn new(workers: usize) -> Self {
        let wakers = std::iter::repeat_with(|| None).take(workers).collect();
        Idle {
            parked: Lock::new(Parked { wakers, count: 0, watcher: None }),
            count: AtomicUsize::new(0),
            called: AtomicBool::new(false),
            notice: AtomicU8::new(0),
        }
    }

    fn change<R>(&self, change: impl FnOnce(&mut Parked) -> R) -> R {
        self.parked.with(|parked| {
            let result = change(parked);
            self.count.store(parked.count, Ordering::SeqCst);
            let unwatched = parked.count > 0 && parked.watcher.is_none();
            if unwatched {
                self.notice.fetch_or(UNWATCHED, Ordering::Relaxed);
            } else {
                self.notice.fetch_and(!UNWATCHED, Ordering::Relaxed);
            }
            result
        })
    }

    /// Whether a push has nothing to see to.
    #[inline]
    pub(super) fn is_quiet(&self) -> bool {
        self.notice.load(Ordering::Relaxed) == 0
    }

    /// Whether somebody is parked and nobody watches.
    pub(super) fn is_unwatched(&self) -> bool {
        self.notice.load(Ordering::Relaxed) & UNWATCHED != 0
    }

    pub(super) fn all_parked(&self, workers: usize) -> bool {
        self.count.load(Ordering::Relaxed) == workers
    }

    pub(super) fn is_closed(&self) -> bool {
        self.notice.load(Ordering::Relaxed) & CLOSED != 0
    }

    /// Parks a worker. Whether it watches, and whether others work.
    ///
    /// The caller looks at the shared queue after this, and arises if something is there.
    pub(super) fn park(&self, number: usize, waker: &Waker, linger: bool) -> (bool, bool) {
        let (stale, watches) = self.change(|parked| {
            let stale = parked.wakers[number].replace(waker.clone());
            parked.count += usize::from(stale.is_none());
            let others = parked.count < parked.wakers.len();
            if others {
                parked.watcher.get_or_insert(number);
            } else if !linger {
                parked.watcher.take_if(|watcher| *watcher == number);
            }
            (stale, (parked.watcher == Some(number), others))
        });
        drop(stale);
        fence(Ordering::SeqCst);
        watches
    }

    /// A worker is up, whether it was called or not; if not, its waker.
    pub(super) fn arise(&self, number: usize) -> Option<Waker> {
        let waker = self.change(|parked| {
            let waker = parked.wakers[number].take();
            parked.count -= usize::from(waker.is_some());
            waker
        });
        if waker.is_none() {
            self.called.store(false, Ordering::SeqCst);
            fence(Ordering::SeqCst);
        }
        waker
    }

    /// Who watched goes to work.
    pub(super) fn work(&self, number: usize) {
        self.change(|parked| parked.watcher.take_if(|watcher| *watcher == number));
    }

    /// Wakes one of the parked, unless one is on its way.
    pub(super) fn call(&self) {
        fence(Ordering::SeqCst);
        if self.count.load(Ordering::Relaxed) == 0 || self.called.load(Ordering::Relaxed) {
            return;
        }
        let waker = self.change(|parked| {
            let waker = parked.wakers.iter_mut().rev().find_map(Option::take)?;
            parked.count -= 1;
            self.called.store(true, Ordering::SeqCst);
            Some(waker)
        });
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Wakes everybody; from now on nothing is taken in.
    pub(super) fn close(&self) -> Vec<Waker> {
        self.notice.fetch_or(CLOSED, Ordering::SeqCst);
        self.change(|parked| {
            parked.count = 0;
            parked.wakers.iter_mut().filter_map(Option::take).collect()
        })
    }
}
