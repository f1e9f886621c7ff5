//! The claim to be the one who waits for the poller's events.

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicBool, Ordering};
#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicBool, Ordering};

pub(in crate::poller) struct Claimable {
    claimed: AtomicBool,
}

/// Given back when it is dropped.
pub(super) struct Claim<'a>(&'a Claimable);

impl Claimable {
    pub(in crate::poller) fn new() -> Claimable {
        Claimable { claimed: AtomicBool::new(false) }
    }

    /// `None`: somebody has it.
    pub(super) fn claim(&self) -> Option<Claim<'_>> {
        if self.claimed.swap(true, Ordering::Acquire) { None } else { Some(Claim(self)) }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.0.claimed.store(false, Ordering::Release);
    }
}
