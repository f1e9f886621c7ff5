//! Moving a test's clock by hand.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Instant;
use crate::current::{self, TimerKey};
use crate::waits::with_own;

/// Moves virtual time on by exactly `duration`, from timer to timer.
///
/// For a test under `#[taipan::test(virtual_time)]`. What is due on the way fires in order, and what it sets off has run
/// before the next timer fires: the time moves only when every other task waits, and the call ends when all wait again.
/// So `advance(Duration::ZERO)` lets the others run until they wait.
///
/// A [`sleep`](crate::sleep()) passes the time as well. It waits for the calls that run on other threads, and for I/O
/// to be quiet; this does neither, so that a test can let a deadline pass in the midst of them.
///
/// # Panics
///
/// Panics where the time is real, and if `duration` is too long for an [`Instant`].
///
/// # Cancel safety
///
/// Dropped, it leaves the clock where it has come to.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::{time, timeout, to_thread};
///
/// # let options = taipan::__private::TestOptions { virtual_time: true, ..Default::default() };
/// # taipan::__private::test_once(options, || async {
/// // In a `#[taipan::test(virtual_time)]`:
/// let (end, ended) = std::sync::mpsc::channel::<()>();
/// let call = to_thread(move || ended.recv()).abandon_on_cancel();
/// let limited = taipan::spawn(timeout(Duration::from_secs(60), call));
/// time::advance(Duration::from_secs(59)).await;
/// assert!(!limited.is_finished());
/// time::advance(Duration::from_secs(1)).await;
/// assert!(limited.await.unwrap().is_err());
/// drop(end);
/// # });
/// ```
#[doc(alias = "jump")]
#[doc(alias = "MockClock")]
#[track_caller]
pub fn advance(duration: Duration) -> Advance {
    let Some(clock) = current::clock().filter(|clock| clock.is_still()) else {
        panic!(
            "`advance` moves virtual time, and this time is real: write `#[taipan::test(virtual_time)]`"
        )
    };
    let Some(target) = clock.now().checked_add(duration) else {
        panic!("`advance({duration:?})` goes further than time can be counted")
    };
    Advance { clock, target, state: State::New }
}

/// Future of [`advance`].
#[must_use = "the time moves when this is awaited: add `.await`"]
pub struct Advance {
    clock: Arc<dyn current::Clock>,
    target: std::time::Instant,
    state: State,
}

enum State {
    New,
    Moving(TimerKey),
    Done,
}

impl Advance {
    /// Returns the time at which it ends.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.target.into()
    }
}

impl Future for Advance {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waiting = match self.state {
            State::New => {
                let target = self.target;
                let key = with_own(cx, |cx| self.clock.advance(target, cx.waker()));
                self.state = State::Moving(key);
                true
            }
            State::Moving(key) => with_own(cx, |cx| self.clock.update(key, cx.waker())),
            State::Done => false,
        };
        if waiting {
            return Poll::Pending;
        }
        self.state = State::Done;
        Poll::Ready(())
    }
}

impl Drop for Advance {
    fn drop(&mut self) {
        if let State::Moving(key) = self.state {
            self.clock.remove(key);
        }
    }
}

impl fmt::Debug for Advance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Advance").field("deadline", &self.deadline()).finish()
    }
}
