//! Permits that are held: what [`Semaphore`](super::Semaphore), [`Mutex`](super::Mutex) and
//! [`RwLock`](super::RwLock) have in common.
//!
//! A mutex has one permit. A lock for readers and writers has very many: a reader takes one of them, a
//! writer all. The order is strict: while anybody waits, a newcomer waits behind, even if there is enough
//! for what it asks; so somebody who wants much is not starved by those who want little.

use std::ops::Deref;

use super::line::{After, Line, Rules};
use super::waiters::{Left, Waiters};
use crate::waits::{About, Holders, Site, Who};

/// A number of permits, under their lock.
pub(super) type Permits = Line<State>;

pub(super) struct State {
    /// How many there are in all. Fewer than are held, if it was lowered meanwhile.
    size: usize,
    /// How many are out, those included that are granted and not yet taken.
    held: usize,
    holders: Holders,
    waiters: Waiters<Ask, ()>,
}

/// A number of permits, and who asks for them, or holds them.
pub(super) struct Ask {
    count: usize,
    who: Who,
}

impl State {
    pub(super) const fn new(size: usize) -> Self {
        State { size, held: 0, holders: Holders::new(), waiters: Waiters::new() }
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

    /// Takes what is asked for, unless somebody would have to wait for it.
    fn take(&mut self, ask: &Ask) -> bool {
        let free = self.waiters.is_empty() && ask.count <= self.free();
        if free {
            self.held += ask.count;
            self.hold(ask);
        }
        free
    }

    /// Writes down who holds what it has asked for. (Of nothing there is no end.)
    fn hold(&mut self, ask: &Ask) {
        if ask.count > 0 {
            self.holders.took(&ask.who);
        }
    }

    fn put(&mut self, ask: &Ask, after: &mut After) {
        self.holders.gave(&ask.who);
        self.put_some(ask.count, after);
    }

    fn put_some(&mut self, count: usize, after: &mut After) {
        self.held -= count;
        self.grant(after);
    }

    /// Removes permits that were held.
    fn forget(&mut self, ask: &Ask) {
        self.holders.gave(&ask.who);
        self.held -= ask.count;
        self.size = self.size.saturating_sub(ask.count);
    }

    /// Sets how many permits there are in all.
    pub(super) fn resize(&mut self, size: usize, after: &mut After) {
        self.size = size;
        self.grant(after);
    }

    /// Lets in whoever stands in front, for as long as there is enough.
    fn grant(&mut self, after: &mut After) {
        while let Some(ask) = self.waiters.front()
            && ask.count <= self.free()
        {
            self.held += ask.count;
            if ask.count > 0 {
                self.holders.granted(&ask.who);
            }
            // Somebody stands in front: it was just looked at.
            let _ = self.waiters.grant((), after);
        }
    }
}

impl Rules for State {
    type Request = Ask;
    type Grant = ();
    /// What was asked for.
    type Output = Ask;

    fn waiters(&mut self) -> &mut Waiters<Ask, ()> {
        &mut self.waiters
    }

    fn arrive(&mut self, ask: Ask, _: &mut After) -> Result<Ask, Ask> {
        if self.take(&ask) { Ok(ask) } else { Err(ask) }
    }

    fn claim(&mut self, ask: Ask, (): (), _: &mut After) -> Ask {
        self.hold(&ask);
        ask
    }

    fn left(&mut self, left: &Left<Ask, ()>, after: &mut After) {
        match left {
            Left::Granted(ask, ()) => self.put(ask, after),
            // Who stood behind it may have enough.
            Left::Queued(_) => self.grant(after),
        }
    }

    fn about(&mut self, ask: &Ask) -> About {
        self.holders.about(ask.count, self.size)
    }
}

/// What has permits.
pub(super) trait Permitted {
    fn permits(&self) -> &Permits;
}

/// Permits that are held, of something that is borrowed or shared; given back when they are dropped.
pub(super) struct Held<P: Deref<Target: Permitted>> {
    of: P,
    ask: Ask,
}

impl<P: Deref<Target: Permitted>> Held<P> {
    /// Waits for `count` permits.
    pub(super) async fn acquire(of: P, count: usize, site: Site) -> Self {
        let ask = Ask { count, who: Who::new(site) };
        let ask = of.permits().wait(ask, site).await;
        Held { of, ask }
    }

    /// Takes `count` permits if nobody has to wait for them.
    pub(super) fn try_acquire(of: P, count: usize, site: Site) -> Option<Self> {
        let ask = Ask { count, who: Who::new(site) };
        let taken = of.permits().change(|state, _| state.take(&ask));
        taken.then(|| Held { of, ask })
    }

    pub(super) fn of(&self) -> &P {
        &self.of
    }

    pub(super) fn count(&self) -> usize {
        self.ask.count
    }

    /// Keeps `count` of the permits, and gives the others back.
    pub(super) fn shrink(&mut self, count: usize) {
        let back = self.ask.count - count;
        self.ask.count = count;
        self.of.permits().change(|state, after| state.put_some(back, after));
    }

    /// Removes the permits from the world.
    pub(super) fn forget(mut self) {
        self.of.permits().change(|state, _| state.forget(&self.ask));
        self.ask.count = 0;
    }
}

impl<P: Deref<Target: Permitted>> Drop for Held<P> {
    fn drop(&mut self) {
        if self.ask.count > 0 {
            self.of.permits().change(|state, after| state.put(&self.ask, after));
        }
    }
}
