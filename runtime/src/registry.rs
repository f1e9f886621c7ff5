//! The list of live tasks.
//!
//! # The protocol
//!
//! A task's control block lies in the task's own allocation, so that a spawn allocates once. The list
//! holds its address. Therefore:
//!
//! 1. Who inserts a control block removes it before the block dies: the key is held by a registration
//!    whose drop removes it (`task::root`), and it lives in the task's future, which the task drops first.
//! 2. Addresses are followed only under the lock, and removal takes the same lock: what is found in the
//!    list is alive for as long as the lock is held.
//! 3. Nothing that may call back (a waker, a destructor of the user's) runs under the lock.
#![allow(unsafe_code)]

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use slab::Slab;

/// The list; `T` is the control block.
pub(crate) struct Registry<T> {
    live: Mutex<Slab<Address<T>>>,
    /// How many tasks have been removed so far.
    removed: AtomicU64,
    /// Whether somebody waits for the list to shrink: read at each removal, so that an ordinary one
    /// does not take the second lock.
    watched: AtomicBool,
    watcher: Mutex<Option<Waker>>,
}

/// The address of a control block that is alive: rule 1.
struct Address<T>(NonNull<T>);

// SAFETY: an address is only ever turned into a `&T`, under the registry's lock, on whichever thread
// holds it. That is sharing a `T` between threads, which `T: Sync` allows.
unsafe impl<T: Sync> Send for Address<T> {}

/// Where in the list a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(usize);

impl<T: Sync> Registry<T> {
    pub(crate) fn new() -> Self {
        Registry {
            live: Mutex::new(Slab::new()),
            removed: AtomicU64::new(0),
            watched: AtomicBool::new(false),
            watcher: Mutex::new(None),
        }
    }

    fn live(&self) -> MutexGuard<'_, Slab<Address<T>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a task.
    ///
    /// # Safety
    ///
    /// The caller passes the key to [`remove`](Self::remove) of this same registry before `control`
    /// is dropped or moved, and does not borrow it mutably until then.
    pub(crate) unsafe fn insert(&self, control: &T) -> Key {
        Key(self.live().insert(Address(NonNull::from(control))))
    }

    /// Removes a task.
    pub(crate) fn remove(&self, key: Key) {
        {
            let mut live = self.live();
            live.remove(key.0);
            self.removed.fetch_add(1, Ordering::SeqCst);
        }
        // Sequentially consistent with the store in `watch`: either this load sees it, or the watcher,
        // which looks at the list after its store, sees the task gone.
        if self.watched.load(Ordering::SeqCst) {
            let watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(watcher) = watcher {
                watcher.wake();
            }
        }
    }

    /// Calls `f` with each live task, under the lock: `f` must not call back into the registry.
    pub(crate) fn for_each(&self, mut f: impl FnMut(&T)) {
        for (_, address) in self.live().iter() {
            // SAFETY: `insert`'s caller promised that the block is alive, and not mutably borrowed,
            // until it is removed; removal takes the lock that we hold.
            f(unsafe { address.0.as_ref() });
        }
    }

    /// Calls `f` with the task of `key`, under the lock.
    pub(crate) fn get<R>(&self, key: Key, f: impl FnOnce(&T) -> R) -> Option<R> {
        // SAFETY: as in `for_each`.
        self.live().get(key.0).map(|address| f(unsafe { address.0.as_ref() }))
    }

    /// How many tasks have been removed so far.
    pub(crate) fn removed(&self) -> u64 {
        self.removed.load(Ordering::SeqCst)
    }

    /// Wakes `waker` once when a task is removed after this call. One watcher at a time.
    pub(crate) fn watch(&self, waker: &Waker) {
        *self.watcher.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
        self.watched.store(true, Ordering::SeqCst);
    }
}
