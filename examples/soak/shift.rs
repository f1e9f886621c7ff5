//! How long the loads go on, and the dice of each.

use std::time::Duration;

use taipan::time::Instant;
use taipan_tests::Random;

/// What every load is given.
#[derive(Clone)]
pub(crate) struct Shift {
    pub(crate) end: Instant,
    pub(crate) random: Random,
}

impl Shift {
    pub(crate) fn new(end: Instant, seed: u64, lane: u64) -> Shift {
        // Far apart for seeds that are near, and never 0.
        let seed = (seed << 16 | lane).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        Shift { end, random: Random::new(seed) }
    }

    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit)
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.random.one_in(n)
    }

    /// A time of less than so many microseconds.
    pub(crate) fn moment(&mut self, micros: usize) -> Duration {
        Duration::from_micros(self.below(micros) as u64)
    }
}
