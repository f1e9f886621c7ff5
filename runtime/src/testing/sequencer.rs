//! Making tasks go in a given order.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::waits::with_own;

/// Makes tasks go in a given order, whatever the scheduler would do: each waits for the step of its number.
///
/// Step 0 is free at once; step 1 once step 0 has ended, that is, once its [`Step`] is dropped; and so on. A number that
/// nobody takes holds up all that come after it.
///
/// # Examples
///
/// ```
/// use std::sync::Mutex;
/// use taipan::{gather, testing::Sequencer, yield_now};
///
/// # taipan::run(async {
/// let (order, steps) = (Mutex::new(String::new()), Sequencer::new());
/// let one = async {
///     let step = steps.step(1).await;
///     yield_now().await; // nobody comes between: the step has not ended
///     order.lock().unwrap().push('b');
///     drop(step);
///     let _step = steps.step(2).await;
///     order.lock().unwrap().push('c');
/// };
/// let other = async {
///     let _step = steps.step(0).await;
///     order.lock().unwrap().push('a');
/// };
/// gather!(one, other).await;
/// assert_eq!(*order.lock().unwrap(), "abc");
/// # });
/// ```
#[derive(Default)]
pub struct Sequencer {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The step that is free, or under way.
    next: usize,
    under_way: bool,
    /// The lines on which the steps were taken.
    taken: BTreeMap<usize, &'static Location<'static>>,
    /// Who waits for a later step.
    waiting: BTreeMap<usize, Waker>,
    /// A step whose wait was given up.
    broken: Option<usize>,
}

impl Sequencer {
    /// Returns a sequence at its beginning.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn of step `number`; the step ends when the [`Step`] is dropped.
    ///
    /// # Panics
    ///
    /// Panics if the number was taken before, and, when awaited, if another step was given up: then the order
    /// cannot come about any more.
    ///
    /// # Cancel safety
    ///
    /// Dropped before its turn has come, it gives the step up, and with it the sequence: all who wait for a later
    /// step, or ask for one, panic and name it.
    #[track_caller]
    pub fn step(&self, number: usize) -> impl Future<Output = Step<'_>> {
        let here = Location::caller();
        let before = self.state().taken.insert(number, here);
        if let Some(before) = before {
            panic!("step {number} is taken twice: at {before} before");
        }
        let waiting = Waiting { sequencer: self, number, over: false };
        async move {
            let mut waiting = waiting; // all of it: its drop is what counts
            let broken =
                poll_fn(|cx| with_own(cx, |cx| waiting.sequencer.poll_turn(number, cx.waker())))
                    .await;
            waiting.over = true;
            if let Some((broken, at)) = broken {
                panic!(
                    "step {number} cannot come: step {broken} (at {at}) was given up before its turn"
                );
            }
            Step { sequencer: self, number }
        }
    }

    /// Ready when the turn has come, or never will: then with the step that was given up.
    fn poll_turn(
        &self,
        number: usize,
        waker: &Waker,
    ) -> Poll<Option<(usize, &'static Location<'static>)>> {
        let waker = waker.clone();
        let mut state = self.state();
        if let Some(broken) = state.broken {
            return Poll::Ready(Some((broken, state.taken[&broken])));
        }
        if state.next == number && !state.under_way {
            state.under_way = true;
            return Poll::Ready(None);
        }
        let before = state.waiting.insert(number, waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    /// A step has ended: it is the next one's turn.
    fn end(&self) {
        let next = {
            let mut state = self.state();
            state.under_way = false;
            state.next += 1;
            let next = state.next;
            state.waiting.remove(&next)
        };
        if let Some(next) = next {
            next.wake();
        }
    }

    /// A step was given up.
    fn give_up(&self, number: usize) {
        let waiting = {
            let mut state = self.state();
            state.broken.get_or_insert(number);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_values().for_each(Waker::wake);
    }
}

impl fmt::Debug for Sequencer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Sequencer")
            .field("next", &state.next)
            .field("under_way", &state.under_way)
            .field("broken", &state.broken)
            .finish_non_exhaustive()
    }
}

/// One who waits for a turn: dropped, it gives the step up.
struct Waiting<'a> {
    sequencer: &'a Sequencer,
    number: usize,
    over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.sequencer.give_up(self.number);
        }
    }
}

/// A step of a [`Sequencer`]: it ends, and the next one begins, when this is dropped.
#[must_use = "the step ends as soon as this is dropped: keep it, or `drop` it"]
pub struct Step<'a> {
    sequencer: &'a Sequencer,
    number: usize,
}

impl Step<'_> {
    /// Returns its number.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        self.sequencer.end();
    }
}

impl fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("number", &self.number).finish()
    }
}
