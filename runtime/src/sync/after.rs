//! What is done to wakers once the lock is released under which it was decided.

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
            first.wake();
            if !others.is_empty() {
                wake_all(others);
            }
        }
    }
}

#[cold]
fn wake_all(wakers: Vec<Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}
