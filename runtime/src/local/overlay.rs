//! Another value of one local, for as long as something runs.
//!
//! The list inside is the list outside but for one value. Both are kept from poll to poll, so a poll for which
//! neither has changed makes no new list. What is set inside of *other* locals goes on outside; what is
//! set of this one stays inside.
//!
//! What is dropped here may be the last of a user's value, so it is dropped last: the thread has its list by then.

use std::mem;

use super::Locals;
use super::locals::{Key, Value};

pub(super) struct Overlay {
    key: Key,
    /// What was outside when `inside` was made.
    outside: Locals,
    inside: Locals,
}

impl Overlay {
    pub(super) fn new(key: Key, value: Value) -> Self {
        let inside = Locals::default().with(key, Some(&value));
        Overlay { key, outside: Locals::default(), inside }
    }

    /// Lets the code that runs now find the other value, until the guard is dropped.
    #[must_use = "the value is found only as long as the guard lives"]
    pub(super) fn enter(&mut self) -> Overlaid<'_> {
        let outside = Locals::inherited();
        let mut stale = Locals::default();
        if !outside.is(&self.outside) {
            let inside = outside.with(self.key, self.inside.get(self.key));
            stale = mem::replace(&mut self.inside, inside);
        }
        self.inside.clone().install();
        let stale = (stale, mem::replace(&mut self.outside, outside));
        let overlaid = Overlaid(self);
        drop(stale);
        overlaid
    }
}

/// Restores, when it is dropped, what was outside.
pub(super) struct Overlaid<'a>(&'a mut Overlay);

impl Drop for Overlaid<'_> {
    fn drop(&mut self) {
        let Overlay { key, outside, inside } = &mut *self.0;
        let left = outside.clone().install();
        if left.is(inside) {
            return;
        }
        // Something was set.
        let changed = left.with(*key, outside.get(*key));
        changed.clone().install();
        let stale = (mem::replace(inside, left), mem::replace(outside, changed));
        drop(stale);
    }
}
