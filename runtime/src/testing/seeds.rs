//! Which seeds a test runs with.
//!
//! The environment goes before the test's own word: `TAIPAN_SEED` repeats one run of every test in virtual time, and
//! `TAIPAN_SEEDS` tries many in each that does not ask for one of its own.

use std::env::{self, VarError};
use std::ops::RangeInclusive;

use super::TestOptions;

/// The runs of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seeds {
    /// One, in which the tasks take turns.
    None,
    /// One, with that seed.
    One(u64),
    /// One with each of them, in order.
    Many(RangeInclusive<u64>),
}

impl Seeds {
    /// What the options and the environment say.
    #[track_caller]
    pub(super) fn of(options: &TestOptions) -> Seeds {
        Seeds::choose(options, number("TAIPAN_SEED"), number("TAIPAN_SEEDS"))
    }

    /// What the options say.
    pub(super) fn asked(options: &TestOptions) -> Seeds {
        Seeds::choose(options, None, None)
    }

    #[track_caller]
    fn choose(options: &TestOptions, seed: Option<u64>, seeds: Option<u64>) -> Seeds {
        assert!(seeds != Some(0), "TAIPAN_SEEDS must be at least 1");
        if !options.virtual_time {
            return Seeds::None;
        }
        match (seed.or(options.seed), seeds.or(options.seeds)) {
            (Some(seed), _) => Seeds::One(seed),
            (None, Some(count)) => Seeds::Many(1..=count),
            (None, None) => Seeds::None,
        }
    }

    /// The seed of each run.
    pub(super) fn runs(&self) -> Vec<Option<u64>> {
        match self {
            Seeds::None => vec![None],
            Seeds::One(seed) => vec![Some(*seed)],
            Seeds::Many(seeds) => seeds.clone().map(Some).collect(),
        }
    }

    /// How a run that failed with that seed is repeated.
    pub(super) fn repeat(&self, seed: u64) -> String {
        let failed = match self {
            Seeds::Many(seeds) => format!("seed {seed} of {}", seeds.end()),
            Seeds::None | Seeds::One(_) => format!("seed {seed}"),
        };
        format!("{failed} failed; repeat it by TAIPAN_SEED={seed}")
    }
}

/// A number from the environment.
#[track_caller]
fn number(variable: &str) -> Option<u64> {
    let value = match env::var(variable) {
        Ok(value) => value,
        Err(VarError::NotPresent) => return None,
        Err(error) => panic!("{variable}: {error}"),
    };
    match value.parse() {
        Ok(number) => Some(number),
        Err(_) => panic!("{variable}={value}: a whole number is expected"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn virtual_time(seed: Option<u64>, seeds: Option<u64>) -> TestOptions {
        TestOptions { virtual_time: true, seed, seeds, ..TestOptions::default() }
    }

    #[test]
    fn the_environment_goes_first() {
        let (none, one) = (virtual_time(None, None), virtual_time(Some(7), None));
        let many = virtual_time(None, Some(100));
        for (options, seed, seeds, chosen) in [
            (&none, None, None, Seeds::None),
            (&none, None, Some(9), Seeds::Many(1..=9)),
            (&none, Some(4), Some(9), Seeds::One(4)),
            (&one, None, None, Seeds::One(7)),
            (&one, None, Some(9), Seeds::One(7)),
            (&one, Some(4), None, Seeds::One(4)),
            (&many, None, None, Seeds::Many(1..=100)),
            (&many, None, Some(9), Seeds::Many(1..=9)),
            (&many, Some(4), None, Seeds::One(4)),
        ] {
            assert_eq!(Seeds::choose(options, seed, seeds), chosen);
        }
    }

    #[test]
    fn a_test_in_real_time_has_none() {
        assert_eq!(Seeds::choose(&TestOptions::default(), Some(4), Some(9)), Seeds::None);
    }

    #[test]
    #[should_panic(expected = "TAIPAN_SEEDS must be at least 1")]
    fn none_at_all_is_refused() {
        let _ = Seeds::choose(&virtual_time(None, None), None, Some(0));
    }
}
