//! Waiting for the poller's events.
//!
//! One worker at a time does it, and takes the events that come. Another wakes it by the *bell*, a descriptor that the epoll
//! watches as well. It rings until it is silenced, which only the one who waits does: so it cannot be that somebody who
//! turns the poller takes the ring away from the one it is for. One that comes late wakes the next one to wait, in vain.
//!
//! # For how long
//!
//! The system takes an epoll's timeout in milliseconds, and may be late by some thousandths of it. So whoever waits for long
//! wakes a little early, and waits again for what is left; and what is short is waited for by `ppoll`, on the epoll's own
//! descriptor: that takes nanoseconds.

use std::time::{Duration, Instant};

use rustix::event::epoll::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::super::epoll::{NOW, Poller, Room};
use super::claim::Claim;
use crate::time::real_now;

/// Less than this is waited for to the nanosecond.
const SHORT: Duration = Duration::from_millis(10);

/// More than this is not waited for at once: the milliseconds that the system takes have bounds.
const LONG: Duration = Duration::from_secs(60 * 60 * 24);

impl Poller {
    /// Waits for events, for the bell or until that time, perhaps less; takes the events that have come. The claim to do
    /// so ends with it.
    pub(super) fn wait<'a>(
        &self,
        _claim: Claim<'_>,
        until: Option<Instant>,
        room: &'a mut Room,
    ) -> &'a [Event] {
        let timeout = match until.map(|until| until.saturating_duration_since(real_now())) {
            None => None,
            Some(left) if left >= SHORT => Some(early(left)),
            Some(left) => {
                let mut epoll = [PollFd::new(&self.epoll, PollFlags::IN)];
                let Ok(1..) = poll(&mut epoll, Some(&timespec(left))) else { return &[] };
                Some(NOW)
            }
        };
        let events = self.events(room, timeout.as_ref());
        if events.iter().any(Poller::is_bell) {
            self.silence();
        }
        events
    }
}

/// A time in whole milliseconds that is over before so much time is, though the system is late.
fn early(left: Duration) -> Timespec {
    let early = left.min(LONG) - left.min(LONG) / 64;
    timespec(Duration::new(early.as_secs(), early.subsec_millis() * 1_000_000))
}

fn timespec(duration: Duration) -> Timespec {
    // What does not fit is longer than anybody waits.
    let tv_sec = duration.as_secs().try_into().unwrap_or(i64::MAX);
    Timespec { tv_sec, tv_nsec: duration.subsec_nanos().into() }
}

#[cfg(all(test, not(taipan_loom)))]
mod tests {
    use super::*;

    #[test]
    fn long_waits_end_early_and_in_whole_milliseconds() {
        for nanos in [10_000_000, 10_999_999, 1_000_000_000, 30_000_000_001, u64::MAX] {
            let left = Duration::from_nanos(nanos);
            let Timespec { tv_sec, tv_nsec } = early(left);
            assert_eq!(tv_nsec % 1_000_000, 0);
            let early = Duration::new(tv_sec.try_into().unwrap(), tv_nsec.try_into().unwrap());
            // A nice process is late by up to 1/200.
            assert!(early + early / 200 < left, "{early:?} of {left:?}");
            assert!(left > LONG || left - early < left / 64 + Duration::from_millis(1));
        }
    }
}
