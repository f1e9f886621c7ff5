//! What is done to wakers once the lock is released under which it was decided.

use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;

/// What is done once the lock is released.
#[derive(Default)]
pub(crate) struct After {
    /// The first to wake, most often the only one, and then nothing is allocated; and the others.
    woken: Option<(Waker, Vec<Waker>)>,
    /// No change has more than one waker to drop.
    dropped: Option<Waker>,
}

impl After {
    /// Wakes `waker` afterwards.
    pub(crate) fn wake(&mut self, waker: Waker) {
        match &mut self.woken {
            None => self.woken = Some((waker, Vec::new())),
            Some((_, others)) => others.push(waker),
        }
    }

    /// Drops `waker` afterwards.
    pub(crate) fn drop(&mut self, waker: Waker) {
        debug_assert!(self.dropped.is_none(), "a second waker is dropped under the lock");
        self.dropped = Some(waker);
    }

    /// In place: most often there is nothing to do.
    #[inline(always)]
    pub(crate) fn run(self) {
        if let Some((first, others)) = self.woken {
            if others.is_empty() {
                first.wake();
            } else {
                wake_all(iter::once(first).chain(others));
            }
        }
    }
}

/// Wakes all, also if a waker panics: the others are not to blame. The first panic goes on then.
#[cold]
pub(crate) fn wake_all(wakers: impl IntoIterator<Item = Waker>) {
    let mut panic = None;
    for waker in wakers {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| waker.wake())) {
            panic.get_or_insert(payload);
        }
    }
    if let Some(payload) = panic {
        resume_unwind(payload);
    }
}
