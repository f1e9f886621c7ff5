//! What lock-free code is made of: std's, or loom's in a model.

pub(super) use std::sync::atomic::Ordering;

#[cfg(taipan_loom)]
pub(super) use loom::{
    alloc::Track,
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, AtomicU8},
};
#[cfg(not(taipan_loom))]
pub(super) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize};

/// Data whose access the code around it keeps in order: std's, with the interface of loom's, which checks the order.
#[cfg(not(taipan_loom))]
pub(super) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(taipan_loom))]
impl<T> UnsafeCell<T> {
    pub(super) const fn new(data: T) -> Self {
        UnsafeCell(std::cell::UnsafeCell::new(data))
    }

    /// Gives the address to read at.
    #[inline(always)]
    pub(super) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    /// Gives the address to write at.
    #[inline(always)]
    pub(super) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}

/// A value that must be dropped: loom's finds it out if it is not.
#[cfg(not(taipan_loom))]
pub(super) struct Track<T>(T);

#[cfg(not(taipan_loom))]
impl<T> Track<T> {
    #[inline(always)]
    pub(super) const fn new(value: T) -> Self {
        Track(value)
    }
}

/// Loom's has no `const` constructor, and the primitives have: it is made when it is first used. So that each thread may
/// use it as if it had been made before, each passes a lock when it first does, under which it is made.
#[cfg(taipan_loom)]
pub(super) struct AtomicUsize {
    initial: usize,
    making: std::sync::OnceLock<loom::sync::Mutex<()>>,
    atomic: std::sync::OnceLock<loom::sync::atomic::AtomicUsize>,
    users: std::sync::Mutex<Vec<loom::thread::ThreadId>>,
}

#[cfg(taipan_loom)]
impl AtomicUsize {
    pub(super) const fn new(initial: usize) -> Self {
        AtomicUsize {
            initial,
            making: std::sync::OnceLock::new(),
            atomic: std::sync::OnceLock::new(),
            users: std::sync::Mutex::new(Vec::new()),
        }
    }

    /// Whether the thread uses it for the first time. Of std's locks, none is held where loom may change threads.
    fn is_new_to(&self, user: loom::thread::ThreadId) -> bool {
        let mut users = self.users.lock().expect("no panic under it");
        let new = !users.contains(&user);
        if new {
            users.push(user);
        }
        new
    }
}

#[cfg(taipan_loom)]
impl std::ops::Deref for AtomicUsize {
    type Target = loom::sync::atomic::AtomicUsize;

    fn deref(&self) -> &Self::Target {
        let making = self
            .is_new_to(loom::thread::current().id())
            .then(|| self.making.get_or_init(Default::default).lock());
        let atomic = self.atomic.get_or_init(|| loom::sync::atomic::AtomicUsize::new(self.initial));
        drop(making);
        atomic
    }
}
