//! What the suites of `sync` share: a waiter that is polled by hand.

use std::pin::{Pin, pin};
use std::task::Poll;

use taipan_tests::poll_once;

/// Somebody who waits.
pub(crate) struct Waiting<'a, T>(Pin<Box<dyn Future<Output = T> + 'a>>);

/// Lets somebody come who must wait.
#[track_caller]
pub(crate) fn queue<'a, T>(future: impl Future<Output = T> + 'a) -> Waiting<'a, T> {
    let mut waiting = Waiting(Box::pin(future));
    assert!(waiting.waits(), "it need not wait");
    waiting
}

/// Lets somebody come who need not wait.
#[track_caller]
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match poll_once(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it must wait"),
    }
}

impl<T> Waiting<'_, T> {
    /// Polls it, and says whether it still waits.
    #[track_caller]
    pub(crate) fn waits(&mut self) -> bool {
        poll_once(Pin::new(&mut self.0)).is_pending()
    }

    /// Takes what it waited for: its turn must have come.
    #[track_caller]
    pub(crate) fn take(self) -> T {
        at_once(self.0)
    }
}
