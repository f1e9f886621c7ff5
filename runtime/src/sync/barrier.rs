//! A place where a number of tasks wait for each other.

use std::error::Error;
use std::fmt;

use super::BarrierStatistics;
use super::after::After;
use super::line::{Line, Rules};
use super::waiters::{Left, Waiters};
use crate::waits::Site;

/// Lets a number of tasks go on only when all of them have come. Then it begins anew.
///
/// If one of the parties cannot come any more, [`abort`](Self::abort) frees the others: they get an error.
///
/// # Fairness
///
/// All go on at once, woken in the order in which they came.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::Barrier};
///
/// taipan::run(async {
///     let barrier = Barrier::new(2);
///     let party = async || barrier.wait().await.unwrap().is_leader();
///     let (a, b) = gather!(party(), party()).await;
///     assert!(a != b); // one of them leads
/// });
/// ```
pub struct Barrier {
    parties: usize,
    line: Line<State>,
}

struct State {
    /// How many must wait before one more lets all pass.
    others: usize,
    broken: bool,
    waiters: Waiters<(), Passage>,
}

type Passage = Result<BarrierWaitResult, BrokenBarrier>;

impl Barrier {
    /// Returns a barrier for so many parties.
    ///
    /// # Panics
    ///
    /// Panics if `parties` is zero.
    #[must_use]
    #[track_caller]
    pub const fn new(parties: usize) -> Self {
        assert!(parties > 0, "a barrier needs at least one party");
        let waiters = Waiters::new();
        Barrier { parties, line: Line::new(State { others: parties - 1, broken: false, waiters }) }
    }

    /// Waits until all parties have come.
    ///
    /// Who is let through has passed: what becomes of the barrier then does not concern it any more, and who
    /// comes next waits for the next round.
    ///
    /// # Errors
    ///
    /// Gives [`BrokenBarrier`] if the barrier was aborted, or is reset meanwhile.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it leaves the barrier, which then waits for another party in its place. If all had come
    /// already, the others go on all the same, and its number is missing among theirs.
    ///
    /// # Fairness
    ///
    /// The last to come does not wait; the others are woken in the order in which they came.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn wait(&self) -> impl Future<Output = Result<BarrierWaitResult, BrokenBarrier>> {
        let site = Site::here("Barrier::wait");
        async move { self.line.wait((), site).await }
    }

    /// Breaks the barrier: all who wait and all who come later get an error, until it is reset.
    pub fn abort(&self) {
        self.line.change(|state, after| {
            state.broken = true;
            state.turn_away(after);
        });
    }

    /// Begins anew: all who wait get an error, and the barrier, even if it was broken, is as new.
    pub fn reset(&self) {
        self.line.change(|state, after| {
            state.broken = false;
            state.turn_away(after);
        });
    }

    /// Returns how many parties it is for, how many of them wait, and whether it is broken.
    #[must_use]
    pub fn statistics(&self) -> BarrierStatistics {
        self.line.read(|state| BarrierStatistics {
            parties: self.parties,
            waiting: state.waiters.len(),
            broken: state.broken,
        })
    }
}

impl State {
    /// Lets all through who wait, and numbers them.
    fn open(&mut self, after: &mut After) {
        let mut index = 0;
        while self.waiters.grant(Ok(BarrierWaitResult { index }), after).is_ok() {
            index += 1;
        }
    }

    fn turn_away(&mut self, after: &mut After) {
        while self.waiters.grant(Err(BrokenBarrier(())), after).is_ok() {}
    }
}

impl Rules for State {
    type Request = ();
    type Grant = Passage;
    type Output = Passage;

    fn waiters(&mut self) -> &mut Waiters<(), Passage> {
        &mut self.waiters
    }

    fn arrive(&mut self, (): (), after: &mut After) -> Result<Passage, ()> {
        if self.broken {
            return Ok(Err(BrokenBarrier(())));
        }
        if self.waiters.len() < self.others {
            return Err(());
        }
        self.open(after);
        Ok(Ok(BarrierWaitResult { index: self.others }))
    }

    fn claim(&mut self, (): (), passage: Passage, _: &mut After) -> Passage {
        passage
    }

    // Who leaves is counted no more, and what it got concerned nobody else.
    fn left(&mut self, _: &Left<(), Passage>, _: &mut After) {}
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BarrierStatistics { parties, waiting, broken } = self.statistics();
        f.debug_struct("Barrier")
            .field("parties", &parties)
            .field("waiting", &waiting)
            .field("broken", &broken)
            .finish_non_exhaustive()
    }
}

/// Which of the parties one was that a [`Barrier`] has let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BarrierWaitResult {
    index: usize,
}

impl BarrierWaitResult {
    /// Returns its number: each party of a round has another, from 0 on, in the order in which they came.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns whether it is the one among the parties that came first, and has the number 0.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.index == 0
    }
}

/// The error of a [`Barrier`] that was aborted, or reset while somebody waited.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// let barrier = taipan::sync::Barrier::new(2);
/// barrier.abort();
/// let broken = barrier.wait().await.unwrap_err();
/// assert_eq!(broken.to_string(), "the barrier is broken: it was aborted, or reset meanwhile");
/// # });
/// ```
#[doc(alias = "BrokenBarrierError")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenBarrier(());

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the barrier is broken: it was aborted, or reset meanwhile")
    }
}

impl Error for BrokenBarrier {}
