//! A waker that panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

/// Panics once, when it is woken or when it is dropped, if it is armed.
#[derive(Debug)]
pub struct BadWaker {
    on_wake: bool,
    armed: Arc<AtomicBool>,
}

impl BadWaker {
    /// One that panics when it is woken, or else when it is dropped; with what arms it.
    #[must_use]
    #[allow(clippy::new_ret_no_self)] // nobody wants anything but the waker
    pub fn new(on_wake: bool) -> (Arc<AtomicBool>, Waker) {
        let armed = Arc::new(AtomicBool::new(false));
        let bad = BadWaker { on_wake, armed: Arc::clone(&armed) };
        (armed, Waker::from(Arc::new(bad)))
    }

    fn strike(&self) {
        assert!(!self.armed.swap(false, Ordering::SeqCst), "a bad waker");
    }
}

impl Wake for BadWaker {
    fn wake(self: Arc<Self>) {
        if self.on_wake {
            self.strike();
        }
    }
}

impl Drop for BadWaker {
    fn drop(&mut self) {
        if !self.on_wake {
            self.strike();
        }
    }
}
