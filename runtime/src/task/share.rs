//! A task's share in its runtime.
//!
//! Every task holds the runtime's core, and is often spawned by one worker and dropped by another. With a count in one
//! place, both would wait for the same cache line each time: so a thread keeps what its tasks gave back for those that it
//! spawns, and goes to the count for many at a time.

use std::ops::Deref;
use std::sync::Arc;

use super::core::{self, Core};

/// How many shares a thread takes at a time, and gives back at a time.
const BATCH: usize = 32;

/// Holds the core.
pub(crate) struct Share(Option<Arc<Core>>);

impl From<Arc<Core>> for Share {
    fn from(core: Arc<Core>) -> Self {
        Share(Some(core))
    }
}

impl Deref for Share {
    type Target = Arc<Core>;

    #[inline]
    fn deref(&self) -> &Arc<Core> {
        match &self.0 {
            Some(core) => core,
            None => unreachable!("it is given back only when it is dropped"),
        }
    }
}

impl Drop for Share {
    #[inline]
    fn drop(&mut self) {
        if let Some(core) = self.0.take() {
            core::give_back(core);
        }
    }
}

/// The shares that a thread has at hand, all in one core.
#[derive(Default)]
pub(super) struct Shares(Vec<Arc<Core>>);

impl Shares {
    #[inline]
    pub(super) fn take(&mut self, core: &Arc<Core>) -> Arc<Core> {
        if self.0.is_empty() {
            self.0.extend(std::iter::repeat_n(core, BATCH).cloned());
        }
        self.0.pop().unwrap_or_else(|| Arc::clone(core))
    }

    #[inline]
    pub(super) fn give_back(&mut self, share: Arc<Core>) {
        if self.0.len() == 2 * BATCH {
            self.0.truncate(BATCH);
        }
        self.0.push(share);
    }
}
