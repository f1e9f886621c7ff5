//! The list of live tasks.
//!
//! # The protocol
//!
//! A task's control block lies in the task's own allocation, and so do its [`Links`]: a spawn allocates once, and
//! the list allocates nothing. It holds the addresses of control blocks. Therefore:
//!
//! 1. Who inserts a control block removes it before the block dies: that is what a registration is for, whose drop
//!    removes it (`task::root`), and which lives in the task's future, which the task drops first.
//! 2. The list is in parts, so that threads which spawn at the same time do not wait for each other: each has its
//!    lock, in a cache line of its own. A task stays in the part that it was inserted into.
//! 3. Links and addresses are followed only under the lock of their part, and removal takes the same lock: what is
//!    found in the list is alive for as long as the lock is held.
//! 4. Who looks at all tasks takes all locks, in the order of the parts, and so sees the list as it was at one
//!    moment: a task that has spawned another is never missed together with it.
//! 5. Nothing that may call back (a waker, a destructor of the user's) runs under a lock.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// The list; `T` is the control block.
pub(crate) struct Registry<T> {
    parts: Box<[Part<T>]>,
    /// How many threads have asked for a part.
    threads: AtomicU16,
    watcher: Mutex<Option<Waker>>,
}

/// Two cache lines: processors fetch them in pairs.
#[repr(align(128))]
struct Part<T>(Mutex<List<T>>);

struct List<T> {
    /// In the order of insertion.
    first: *const T,
    last: *const T,
    /// How many tasks have been removed so far.
    removed: u64,
    /// Whether somebody waits for the list to shrink.
    watched: bool,
}

// SAFETY: the addresses are only ever turned into `&T`s, under the part's lock, on whichever thread holds it. That
// is sharing a `T` between threads, which `T: Sync` allows.
unsafe impl<T: Sync> Send for List<T> {}

/// What has its place in the list: a control block.
///
/// # Safety
///
/// Both give the same at each call.
pub(crate) unsafe trait Listed: Sync + Sized {
    fn links(&self) -> &Links<Self>;

    /// The number of its part: whatever it is, there is one.
    fn part(&self) -> u16;
}

/// A control block's place in the list: its neighbours, or null.
pub(crate) struct Links<T> {
    /// Of one that is not on the list, [`unlisted`].
    before: Cell<*const T>,
    after: Cell<*const T>,
}

/// No address of a control block: those are aligned.
fn unlisted<T>() -> *const T {
    ptr::without_provenance(1)
}

// SAFETY: the cells are used only under the lock of the part (rule 3), by `List::push`, `List::remove` and `for_each`,
// which hold it; and whose lock that is never changes (`Listed`). What the addresses lead to is used as `List`
// says.
unsafe impl<T: Sync> Sync for Links<T> {}
// SAFETY: as above; a block that is moved is not on the list, and the addresses in its cells are followed by nobody.
unsafe impl<T: Sync> Send for Links<T> {}

impl<T> Links<T> {
    pub(crate) fn new() -> Self {
        Links { before: Cell::new(unlisted()), after: Cell::new(ptr::null()) }
    }
}

impl<T: Listed> Registry<T> {
    /// A list for as many threads.
    pub(crate) fn new(threads: usize) -> Self {
        let part = || {
            let (first, last) = (ptr::null(), ptr::null());
            Part(Mutex::new(List { first, last, removed: 0, watched: false }))
        };
        let parts = std::iter::repeat_with(part).take(threads.max(1)).collect();
        Registry { parts, threads: AtomicU16::new(0), watcher: Mutex::new(None) }
    }

    /// The part for what a thread spawns: those of few threads differ.
    pub(crate) fn assign(&self) -> u16 {
        let number = self.threads.fetch_add(1, Ordering::Relaxed);
        u16::try_from(usize::from(number) % self.parts.len()).unwrap_or_default()
    }

    fn lock(part: &Part<T>) -> MutexGuard<'_, List<T>> {
        part.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The part that a control block belongs to.
    fn part(&self, control: &T) -> MutexGuard<'_, List<T>> {
        // One that is not there is a foreign thread's, which knows nothing of this list. No division: it would cost more
        // than all the rest.
        Registry::lock(self.parts.get(usize::from(control.part())).unwrap_or(&self.parts[0]))
    }

    /// All parts, locked at once: rule 4.
    fn all(&self) -> Vec<MutexGuard<'_, List<T>>> {
        self.parts.iter().map(Registry::lock).collect()
    }

    /// Adds a task, which must not be on a list.
    ///
    /// # Safety
    ///
    /// The caller passes `control` to [`remove`](Self::remove) of this same registry before it is dropped or moved, and does
    /// not borrow it mutably until then.
    pub(crate) unsafe fn insert(&self, control: &T) {
        // SAFETY: this is the list of its part; the rest the caller promises.
        unsafe { self.part(control).push(control) };
    }

    /// Removes a task.
    ///
    /// # Safety
    ///
    /// `control` was inserted into this registry, and has not been removed.
    pub(crate) unsafe fn remove(&self, control: &T) {
        let watched = {
            let mut list = self.part(control);
            // SAFETY: the list of its part is where `insert` put it; the rest the caller promises.
            unsafe { list.remove(control) };
            list.removed += 1;
            std::mem::take(&mut list.watched)
        };
        if watched {
            let watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(watcher) = watcher {
                watcher.wake();
            }
        }
    }

    /// Calls `f` with each live task, under the locks: `f` must not call back into the registry.
    pub(crate) fn for_each(&self, mut f: impl FnMut(&T)) {
        for list in self.all() {
            let mut next = list.first;
            // SAFETY: `insert`'s caller promised that the block is alive, and not mutably borrowed, until it is
            // removed; removal takes the lock that we hold. It stays borrowed for this turn only.
            while let Some(control) = unsafe { next.as_ref() } {
                next = control.links().after.get();
                f(control);
            }
        }
    }

    /// How many tasks have been removed so far.
    pub(crate) fn removed(&self) -> u64 {
        self.all().iter().map(|list| list.removed).sum()
    }

    /// Wakes `waker` once when a task is removed after this call. One watcher at a time.
    pub(crate) fn watch(&self, waker: &Waker) {
        *self.watcher.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
        // Under the locks: a removal comes before this, and then the watcher, which looks at the list afterwards,
        // finds the task gone; or after it, and then it finds the mark.
        self.all().iter_mut().for_each(|list| list.watched = true);
    }
}

impl<T: Listed> List<T> {
    /// # Safety
    ///
    /// This is the list of its part. `control` stays alive, in its place, until it has been passed to `remove` of it.
    unsafe fn push(&mut self, control: &T) {
        let links = control.links();
        assert!(links.before.replace(self.last) == unlisted(), "a task is listed once");
        links.after.set(ptr::null());
        // SAFETY: what is on the list is alive: so its caller of `push` promised.
        match unsafe { self.last.as_ref() } {
            Some(last) => last.links().after.set(control),
            None => self.first = control,
        }
        self.last = control;
    }

    /// # Safety
    ///
    /// `control` is on this list.
    unsafe fn remove(&mut self, control: &T) {
        let links = control.links();
        let (before, after) = (links.before.replace(unlisted()), links.after.get());
        // SAFETY: its neighbours are on the list as well, and so alive, as their callers of `push` promised; and
        // both are shared references: nobody has a unique one.
        match unsafe { before.as_ref() } {
            Some(before) => before.links().after.set(after),
            None => self.first = after,
        }
        // SAFETY: as above.
        match unsafe { after.as_ref() } {
            Some(after) => after.links().before.set(before),
            None => self.last = before,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    struct Block {
        number: u32,
        part: u16,
        links: Links<Block>,
    }

    // SAFETY: both are fields that nobody changes.
    unsafe impl Listed for Block {
        fn links(&self) -> &Links<Block> {
            &self.links
        }

        fn part(&self) -> u16 {
            self.part
        }
    }

    fn block(number: u32, part: u16) -> Block {
        Block { number, part, links: Links::new() }
    }

    fn numbers(registry: &Registry<Block>) -> Vec<u32> {
        let mut numbers = Vec::new();
        registry.for_each(|block| numbers.push(block.number));
        numbers
    }

    #[test]
    fn those_that_are_left_stay_in_order() {
        for parts in [1, 2] {
            let registry = Registry::new(parts);
            // All in one part, also where its number is beyond the others.
            let blocks: Vec<_> = (0..4).map(|number| block(number, 2)).collect();
            // SAFETY: each is removed below, before it is dropped, and the vector stays as it is until then.
            blocks.iter().for_each(|block| unsafe { registry.insert(block) });
            let mut left = vec![0, 1, 2, 3];
            for next in [1, 0, 3, 2] {
                assert_eq!(numbers(&registry), left);
                // SAFETY: it was inserted above, and each number comes once.
                unsafe { registry.remove(&blocks[next]) };
                left.retain(|number| *number as usize != next);
            }
            assert_eq!((numbers(&registry), registry.removed()), (vec![], 4));
        }
    }

    #[test]
    fn all_parts_are_one_list() {
        let registry = Registry::new(3);
        let blocks: Vec<_> = (0..6).map(|number| block(number, number as u16 % 3)).collect();
        // SAFETY: each is removed below, before it is dropped, and the vector stays as it is until then.
        blocks.iter().for_each(|block| unsafe { registry.insert(block) });
        assert_eq!(numbers(&registry), [0, 3, 1, 4, 2, 5]);
        for (removed, block) in blocks.iter().enumerate() {
            assert_eq!(registry.removed(), removed as u64);
            // SAFETY: it was inserted above.
            unsafe { registry.remove(block) };
        }
        assert_eq!((numbers(&registry), registry.removed()), (vec![], 6));
    }

    #[test]
    fn threads_have_parts_of_their_own() {
        let registry = Registry::<Block>::new(2);
        assert_eq!([registry.assign(), registry.assign(), registry.assign()], [0, 1, 0]);
    }

    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn the_watcher_is_woken_once_whichever_part_shrinks() {
        let registry = Registry::new(2);
        let woken = Arc::new(Woken(AtomicUsize::new(0)));
        let blocks: Vec<_> = (0..4).map(|number| block(number, number as u16)).collect();
        // SAFETY: each is removed below, before it is dropped, and the vector stays as it is until then.
        blocks.iter().for_each(|block| unsafe { registry.insert(block) });
        let counts: Vec<_> = blocks
            .iter()
            .enumerate()
            .map(|(number, block)| {
                if number == 1 {
                    registry.watch(&Arc::clone(&woken).into());
                }
                // SAFETY: it was inserted above.
                unsafe { registry.remove(block) };
                woken.0.load(Ordering::SeqCst)
            })
            .collect();
        assert_eq!(counts, [0, 1, 1, 1]);
    }
}
