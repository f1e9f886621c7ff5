//! The lock around a primitive's state: std's, or loom's in a model.
//!
//! It is a leaf: nothing is woken, dropped or called under it that is not the primitive's own.

#[cfg(not(taipan_loom))]
use std::sync::PoisonError;

/// A value under a lock that is held for a few steps only.
#[cfg(not(taipan_loom))]
pub(crate) struct Lock<S>(std::sync::Mutex<S>);

#[cfg(not(taipan_loom))]
impl<S> Lock<S> {
    pub(crate) const fn new(state: S) -> Self {
        Lock(std::sync::Mutex::new(state))
    }

    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Loom's lock has no `const` constructor, and the primitives have: it is made when it is first taken.
#[cfg(taipan_loom)]
pub(crate) struct Lock<S> {
    initial: std::sync::Mutex<Option<S>>,
    lock: std::sync::OnceLock<loom::sync::Mutex<S>>,
}

#[cfg(taipan_loom)]
impl<S> Lock<S> {
    pub(crate) const fn new(state: S) -> Self {
        let initial = std::sync::Mutex::new(Some(state));
        Lock { initial, lock: std::sync::OnceLock::new() }
    }

    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        let lock = self.lock.get_or_init(|| {
            let state = self.initial.lock().expect("no panic under it").take();
            loom::sync::Mutex::new(state.expect("taken once"))
        });
        f(&mut lock.lock().expect("no panic under it"))
    }
}
