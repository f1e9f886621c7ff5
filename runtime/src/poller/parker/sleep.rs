//! Whether a worker sleeps, and where: one word, which says what it takes to wake it.
//!
//! # The protocol
//!
//! 1. Who wakes a worker sets the word to woken. What it held before says whether that is all: a worker that is awake,
//!    or that was woken already, needs no system call.
//! 2. A worker falls asleep in two steps: first it says where, which fails if it was woken meanwhile; then it sleeps
//!    there. Between the two steps somebody may wake it: so both places keep a wake that comes too early.
//! 3. Up again, it is awake for whoever looks from then on. It may have been up for another reason, and a wake be on
//!    its way to where it slept. That wakes who sleeps there next, in vain: a worker that finds nothing to do goes
//!    back to sleep.

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicU8, Ordering};
#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicU8, Ordering};

const AWAKE: u8 = 0;
const WOKEN: u8 = 1;
const PARKED: u8 = 2;
const POLLING: u8 = 3;

/// Where a worker sleeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// It has parked its thread.
    Thread,
    /// It waits for the poller's events.
    Poller,
}

pub(super) struct Sleep(AtomicU8);

impl Sleep {
    pub(super) fn new() -> Sleep {
        Sleep(AtomicU8::new(AWAKE))
    }

    /// Wakes the worker; where it is to be woken, if it sleeps.
    pub(super) fn wake(&self) -> Option<Place> {
        match self.0.swap(WOKEN, Ordering::AcqRel) {
            PARKED => Some(Place::Thread),
            POLLING => Some(Place::Poller),
            _ => None,
        }
    }

    /// The worker is about to sleep there; `false`: it was woken.
    pub(super) fn fall(&self, place: Place) -> bool {
        let asleep = match place {
            Place::Thread => PARKED,
            Place::Poller => POLLING,
        };
        self.0.compare_exchange(AWAKE, asleep, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// The worker is up, or looks whether there is something to do; it was woken or not.
    pub(super) fn rise(&self) {
        // What was done before a wake is seen after it.
        self.0.swap(AWAKE, Ordering::AcqRel);
    }
}
