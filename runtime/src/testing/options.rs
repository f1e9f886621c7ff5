//! What can be said in the parentheses of `#[taipan::test]`.

use std::time::Duration;

use crate::report::Report;

/// The options of `#[taipan::test]`.
#[derive(Debug)]
pub struct TestOptions {
    /// How many threads run tasks.
    pub threads: usize,
    /// How long the test may take, all its seeds together, in real time.
    pub timeout: Option<Duration>,
    /// How long an exit of cancelled code may take; `None`: as long as it wants.
    pub grace: Option<Duration>,
    /// Whether time jumps to the next timer when every task waits.
    pub virtual_time: bool,
    /// What decides the order of the tasks; `None`: they take turns.
    pub seed: Option<u64>,
    /// How many seeds are tried, from 1 up; `None`: only what `seed` says.
    pub seeds: Option<u64>,
    /// Who is told of errors that nobody can receive; `None`: standard error.
    pub error_hook: Option<fn(&Report)>,
}

impl Default for TestOptions {
    fn default() -> Self {
        TestOptions {
            threads: 1,
            timeout: None,
            grace: None,
            virtual_time: false,
            seed: None,
            seeds: None,
            error_hook: None,
        }
    }
}

impl TestOptions {
    /// Panics if they exclude each other. The attribute tells of that where it can; values are only known here.
    #[track_caller]
    pub(super) fn check(&self) {
        assert!(self.threads > 0, "`threads` must be at least 1");
        assert!(
            self.threads == 1 || !self.virtual_time,
            "virtual time is single-threaded: leave out `threads`"
        );
        assert!(
            self.virtual_time || (self.seed.is_none() && self.seeds.is_none()),
            "seeds want `virtual_time`: in real time the same seed need not give the same run"
        );
        assert!(
            self.seed.is_none() || self.seeds.is_none(),
            "`seed` is one of many: leave it out, or `seeds`"
        );
        assert!(self.seeds != Some(0), "`seeds` must be at least 1");
    }
}
