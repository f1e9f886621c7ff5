//! Permits that are held: what [`Semaphore`](super::Semaphore), [`Mutex`](super::Mutex) and
//! [`RwLock`](super::RwLock) have in common.
//!
//! A mutex has one permit. A lock for readers and writers has very many: a reader takes one of them, a
//! writer all. The order is strict: while anybody waits, a newcomer waits behind, even if there is enough
//! for what it asks; so somebody who wants much is not starved by those who want little.
//!
//! # The protocol
//!
//! While nobody waits, a word holds how many permits are free, and who takes or gives back some changes it in one step.
//! Else the word says that everything is decided under the lock ([`LOCKED`]), and nobody changes it but who has the lock.
//! Whoever takes the lock first turns the word so, with what it held ([`Permits::change`]), and turns it back if nobody
//! waits in the end. So nobody overtakes those who wait: with one of them in the queue the word never says that there is
//! something to take.
//
// 1. `acquire`: those who wait.
// 2. `model`: what races with what, model-checked.

mod acquire;
#[cfg(all(test, taipan_loom))]
mod model;

use std::mem;
use std::ops::Deref;

use super::after::After;
use super::atomic::{AtomicUsize, Ordering};
use super::lock::Lock;
use crate::budget;
use crate::waits::{About, Holders, Site, Who};
use acquire::{Acquire, Queue};

/// The most permits that the word can count. If there are more, everything is decided under the lock.
pub(super) const MOST: usize = usize::MAX >> 1;

/// The word: everything is decided under the lock. Else it is twice the number of free permits.
const LOCKED: usize = 1;

/// The word said so.
struct Locked;

/// A number of permits.
pub(super) struct Permits {
    word: AtomicUsize,
    state: Lock<State>,
}

/// What is decided under the lock.
pub(super) struct State {
    /// How many there are in all. Fewer than are held, if it was lowered meanwhile.
    size: usize,
    /// How many are out, those included that are granted and not yet taken. Right while `locked`.
    held: usize,
    /// Whether the word says so: only who has the lock changes that.
    locked: bool,
    holders: Holders,
    queue: Queue,
}

/// A number of permits, and who asks for them, or holds them.
#[derive(Clone)]
pub(super) struct Ask {
    count: usize,
    who: Who,
}

impl Permits {
    pub(super) const fn new(size: usize) -> Self {
        let locked = size > MOST;
        let word = if locked { LOCKED } else { size << 1 };
        let state = State { size, held: 0, locked, holders: Holders::new(), queue: Queue::new() };
        Permits { word: AtomicUsize::new(word), state: Lock::new(state) }
    }

    /// Takes what is asked for, unless somebody would have to wait for it.
    fn take(&self, ask: &Ask) -> bool {
        let take = || self.shift(|free| free.checked_sub(ask.count));
        let taken = self.counted(take, |state| state.hold(ask));
        taken.unwrap_or_else(|Locked| self.change(|state, _| state.take(ask)))
    }

    /// Gives back what is held.
    fn put(&self, ask: &Ask) {
        // As many as there are can be counted.
        let put = || self.shift(|free| Some(free + ask.count));
        if let Err(Locked) = self.counted(put, |state| state.holders.gave(&ask.who)) {
            self.change(|state, after| state.put(ask, after));
        }
    }

    /// Who was granted what it asked for has it now.
    fn claim(&self, ask: &Ask) {
        if Holders::COUNTED {
            self.state.with(|state| state.hold(ask));
        }
    }

    /// Changes how many are free, if there are as many as it takes. Else, or if the word does not tell, nothing.
    #[inline]
    fn shift(&self, change: impl Fn(usize) -> Option<usize>) -> Result<bool, Locked> {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            if word & LOCKED != 0 {
                return Err(Locked);
            }
            let Some(free) = change(word >> 1) else { return Ok(false) };
            // Acquires what those did who gave permits back, and releases what was done under them.
            let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
            match self.word.compare_exchange_weak(word, free << 1, success, failure) {
                Ok(_) => return Ok(true),
                Err(now) => word = now,
            }
        }
    }

    /// Where holders are counted, the word and the list of them change together, under the lock.
    #[inline]
    fn counted(
        &self,
        shift: impl FnOnce() -> Result<bool, Locked>,
        count: impl FnOnce(&mut State),
    ) -> Result<bool, Locked> {
        if !Holders::COUNTED {
            return shift();
        }
        self.state.with(|state| {
            let shifted = shift();
            if let Ok(true) = shifted {
                count(state);
            }
            shifted
        })
    }

    /// Reads or changes the state, and does what follows from it once the lock is released.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State, &mut After) -> T) -> T {
        let mut after = After::default();
        let result = self.state.with(|state| {
            if !mem::replace(&mut state.locked, true) {
                let free = self.word.swap(LOCKED, Ordering::Acquire) >> 1;
                state.held = state.size - free;
            }
            let result = change(state, &mut after);
            if let Some(free) = state.countable() {
                state.locked = false;
                self.word.store(free << 1, Ordering::Release);
            }
            result
        });
        after.run();
        result
    }

    /// Reads the state.
    pub(super) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        self.change(|state, _| read(state))
    }
}

impl State {
    /// How many are free, if nothing but that matters.
    fn countable(&self) -> Option<usize> {
        let free = self.size.checked_sub(self.held)?;
        (self.queue.is_empty() && self.size <= MOST).then_some(free)
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
        self.queue.len()
    }

    /// Takes what is asked for, unless somebody would have to wait for it.
    fn take(&mut self, ask: &Ask) -> bool {
        let free = self.queue.is_empty() && ask.count <= self.free();
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
        while let Some(ask) = self.queue.front()
            && ask.count <= self.free()
        {
            self.held += ask.count;
            if ask.count > 0 {
                self.holders.granted(&ask.who);
            }
            self.queue.grant(after);
        }
    }

    /// What is told of somebody who waits for what it asks for.
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
        budget::come().await;
        if !of.permits().take(&ask) {
            Acquire::new(of.permits(), ask.clone(), site).await;
        }
        budget::spend();
        Held { of, ask }
    }

    /// Takes `count` permits if nobody has to wait for them.
    pub(super) fn try_acquire(of: P, count: usize, site: Site) -> Option<Self> {
        let ask = Ask { count, who: Who::new(site) };
        of.permits().take(&ask).then(|| Held { of, ask })
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
            self.of.permits().put(&self.ask);
        }
    }
}
