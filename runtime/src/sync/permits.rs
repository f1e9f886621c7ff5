//! Permits that are held: what [`Semaphore`](super::Semaphore), [`Mutex`](super::Mutex) and
//! [`RwLock`](super::RwLock) have in common.
//!
//! A mutex has one permit. A lock for readers and writers has very many: a reader takes one of them, a
//! writer all. The order is strict: while anybody waits, a newcomer waits behind, even if there is enough
//! for what it asks; so somebody who wants much is not starved by those who want little.

use std::ops::Deref;

use super::line::{After, Line, Rules};
use super::waiters::{Left, Waiters};

/// A number of permits, under their lock.
pub(super) type Permits = Line<State>;

pub(super) struct State {
    /// How many there are in all. Fewer than are held, if it was lowered meanwhile.
    size: usize,
    /// How many are out, those included that are granted and not yet taken.
    held: usize,
    /// Each asks for a number of permits.
    waiters: Waiters<usize, ()>,
}

impl State {
    pub(super) const fn new(size: usize) -> Self {
        State { size, held: 0, waiters: Waiters::new() }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn held(&self) -> usize {
        self.held
    }

    pub(super) fn free(&self) -> usize {
        self.size.saturating_sub(self.held)
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiters.len()
    }

    /// Takes `count` permits, unless somebody would have to wait for them.
    fn take(&mut self, count: usize) -> bool {
        let free = self.waiters.is_empty() && count <= self.free();
        if free {
            self.held += count;
        }
        free
    }

    fn put(&mut self, count: usize, after: &mut After) {
        self.held -= count;
        self.grant(after);
    }

    /// Removes `count` permits that were held.
    pub(super) fn forget(&mut self, count: usize) {
        self.held -= count;
        self.size = self.size.saturating_sub(count);
    }

    /// Sets how many permits there are in all.
    pub(super) fn resize(&mut self, size: usize, after: &mut After) {
        self.size = size;
        self.grant(after);
    }

    /// Lets in whoever stands in front, for as long as there is enough.
    fn grant(&mut self, after: &mut After) {
        while let Some(&count) = self.waiters.front()
            && count <= self.free()
        {
            self.held += count;
            // Somebody stands in front: it was just looked at.
            let _ = self.waiters.grant((), after);
        }
    }
}

impl Rules for State {
    type Request = usize;
    type Grant = ();
    /// As many as were asked for.
    type Output = usize;

    fn waiters(&mut self) -> &mut Waiters<usize, ()> {
        &mut self.waiters
    }

    fn arrive(&mut self, count: usize, _: &mut After) -> Result<usize, usize> {
        if self.take(count) { Ok(count) } else { Err(count) }
    }

    fn claim(&mut self, count: usize, (): (), _: &mut After) -> usize {
        count
    }

    fn left(&mut self, left: &Left<usize, ()>, after: &mut After) {
        match *left {
            Left::Granted(count, ()) => self.put(count, after),
            // Who stood behind it may have enough.
            Left::Queued(_) => self.grant(after),
        }
    }
}

/// What has permits.
pub(super) trait Permitted {
    fn permits(&self) -> &Permits;
}

/// Permits that are held, of something that is borrowed or shared; given back when they are dropped.
pub(super) struct Held<P: Deref<Target: Permitted>> {
    of: P,
    count: usize,
}

impl<P: Deref<Target: Permitted>> Held<P> {
    /// Waits for `count` permits.
    pub(super) async fn acquire(of: P, count: usize) -> Self {
        let count = of.permits().wait(count).await;
        Held { of, count }
    }

    /// Takes `count` permits if nobody has to wait for them.
    pub(super) fn try_acquire(of: P, count: usize) -> Option<Self> {
        let taken = of.permits().change(|state, _| state.take(count));
        taken.then(|| Held { of, count })
    }

    pub(super) fn of(&self) -> &P {
        &self.of
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Keeps `count` of the permits, and gives the others back.
    pub(super) fn shrink(&mut self, count: usize) {
        let back = self.count - count;
        self.count = count;
        self.of.permits().change(|state, after| state.put(back, after));
    }

    /// Removes the permits from the world.
    pub(super) fn forget(mut self) {
        let count = std::mem::take(&mut self.count);
        self.of.permits().change(|state, _| state.forget(count));
    }
}

impl<P: Deref<Target: Permitted>> Drop for Held<P> {
    fn drop(&mut self) {
        if self.count > 0 {
            let count = self.count;
            self.of.permits().change(|state, after| state.put(count, after));
        }
    }
}
