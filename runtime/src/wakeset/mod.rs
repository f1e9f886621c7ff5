//! Polls only woken children: N child wakers over the one waker of their parent.
//!
//! # The protocol
//!
//! A child's waker carries its index. Woken, it sets its bit and then, if the parent's waker is
//! there, takes it and wakes it. The parent works in rounds:
//!
//! 1. it puts its waker there;
//! 2. word by word, it swaps the bits for zero and polls the children it finds.
//!
//! A wake is never lost. The bit is set before the lock that takes the waker, and the waker is put
//! there, under that lock, before any word is swapped. So a child that finds no waker stands before
//! the next round, which sees its bit; and whoever took the waker wakes the parent into that round. A child that finds it wakes the parent itself, even in the middle of a round, even if its
//! word has been swapped already.
//!
//! A parent is woken at most once a round: only the next round puts the waker back.

use std::iter;
use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};

#[cfg(taipan_loom)]
use loom::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};
#[cfg(not(taipan_loom))]
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// From this many children up, a waker for each costs less than polling them all.
pub(crate) const WIDE: usize = 30;

const BITS: usize = usize::BITS as usize;

/// The wakers of a fixed number of children.
pub(crate) struct WakeSet {
    shared: Arc<Shared>,
    /// Made when a child is first polled.
    wakers: Vec<Option<Waker>>,
}

struct Shared {
    /// A bit for each child: woken since its word was last swapped.
    woken: Box<[AtomicUsize]>,
    /// The parent's waker: there from the beginning of a round until the first wake after it.
    parent: Mutex<Option<Waker>>,
}

struct Child {
    shared: Arc<Shared>,
    index: usize,
}

impl WakeSet {
    /// Starts with no child woken.
    pub(crate) fn new(children: usize) -> Self {
        let woken =
            iter::repeat_with(|| AtomicUsize::new(0)).take(children.div_ceil(BITS)).collect();
        WakeSet {
            shared: Arc::new(Shared { woken, parent: Mutex::new(None) }),
            wakers: vec![None; children],
        }
    }

    /// Begins a round: the first wake from now on wakes `parent`. Gives the woken children, lowest
    /// index first; the parent polls them all before it waits.
    pub(crate) fn begin(&self, parent: &Waker) -> impl Iterator<Item = usize> + use<> {
        let before = self.shared.replace_parent(Some(parent.clone()));
        drop(before); // outside the lock: a waker's destructor is foreign code
        let shared = Arc::clone(&self.shared);
        (0..shared.woken.len()).flat_map(move |word| shared.take(word))
    }

    /// Returns the waker of one child.
    pub(crate) fn waker(&mut self, index: usize) -> &Waker {
        self.wakers[index].get_or_insert_with(|| {
            Waker::from(Arc::new(Child { shared: Arc::clone(&self.shared), index }))
        })
    }
}

impl Drop for WakeSet {
    fn drop(&mut self) {
        // A child's waker may live on somewhere; it must not keep the parent alive.
        drop(self.shared.replace_parent(None));
    }
}

impl Shared {
    /// Takes the woken children of one word.
    fn take(&self, word: usize) -> impl Iterator<Item = usize> + use<> {
        let mut bits = self.woken[word].swap(0, Ordering::Acquire);
        iter::from_fn(move || {
            let bit = bits.trailing_zeros() as usize;
            bits &= bits.wrapping_sub(1); // clears the lowest bit
            (bit < BITS).then_some(word * BITS + bit)
        })
    }

    fn replace_parent(&self, parent: Option<Waker>) -> Option<Waker> {
        let mut current = self.parent.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, parent)
    }
}

impl Wake for Child {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let bit = 1 << (self.index % BITS);
        let before = self.shared.woken[self.index / BITS].fetch_or(bit, Ordering::Release);
        if before & bit != 0 {
            return; // whoever set it wakes, or has woken, the parent
        }
        if let Some(parent) = self.shared.replace_parent(None) {
            parent.wake();
        }
    }
}

#[cfg(all(test, not(taipan_loom)))]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn parent() -> (Arc<Count>, Waker) {
        let count = Arc::new(Count::default());
        (Arc::clone(&count), Waker::from(count))
    }

    fn round(set: &WakeSet, parent: &Waker) -> Vec<usize> {
        set.begin(parent).collect()
    }

    #[test]
    fn woken_children_come_once_lowest_first() {
        let mut set = WakeSet::new(2 * BITS + 1);
        for index in [2 * BITS, 3, BITS - 1, BITS, 0] {
            set.waker(index).wake_by_ref();
        }
        assert_eq!(round(&set, Waker::noop()), [0, 3, BITS - 1, BITS, 2 * BITS]);
        assert_eq!(round(&set, Waker::noop()), []);
    }

    #[test]
    fn the_parent_is_woken_once_a_round() {
        let (count, waker) = parent();
        let mut set = WakeSet::new(3);
        assert_eq!(round(&set, &waker), []);
        set.waker(0).wake_by_ref();
        set.waker(0).wake_by_ref();
        set.waker(2).wake_by_ref();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        assert_eq!(round(&set, &waker), [0, 2]);
        set.waker(2).wake_by_ref();
        set.waker(1).wake_by_ref();
        assert_eq!(count.0.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_child_that_wakes_itself_while_it_is_polled_wakes_the_parent_into_the_next_round() {
        let (count, waker) = parent();
        let mut set = WakeSet::new(1);
        set.waker(0).wake_by_ref();
        let mut woken = set.begin(&waker);
        assert_eq!(woken.next(), Some(0));
        set.waker(0).wake_by_ref();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        assert_eq!(woken.next(), None);
        assert_eq!(round(&set, &waker), [0]);
    }

    #[test]
    fn the_newest_waker_of_the_parent_is_woken() {
        let ((first, first_waker), (second, second_waker)) = (parent(), parent());
        let mut set = WakeSet::new(1);
        assert_eq!(round(&set, &first_waker), []);
        assert_eq!(round(&set, &second_waker), []);
        set.waker(0).wake_by_ref();
        assert_eq!(first.0.load(Ordering::SeqCst), 0);
        assert_eq!(second.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_late_wake_does_nothing_and_keeps_nobody_alive() {
        let (count, waker) = parent();
        let mut set = WakeSet::new(1);
        assert_eq!(round(&set, &waker), []);
        drop(waker);
        let child = set.waker(0).clone();
        drop(set);
        assert_eq!(Arc::strong_count(&count), 1);
        child.wake();
        assert_eq!(count.0.load(Ordering::SeqCst), 0);
    }
}

#[cfg(all(test, taipan_loom))]
mod model {
    use super::*;
    use loom::sync::Notify;
    use loom::thread;

    /// Blocks the model's parent until it is woken; a lost wake is a deadlock, which loom reports.
    struct Parent {
        notify: Notify,
        wakes: std::sync::atomic::AtomicUsize,
    }

    impl Wake for Parent {
        fn wake(self: Arc<Self>) {
            self.wakes.fetch_add(1, Ordering::SeqCst);
            self.notify.notify();
        }
    }

    /// Each thread wakes its child `times` times, each time after it has stored a value; the parent
    /// works in rounds until it has seen the last value of every thread. `children` names the child
    /// of each thread.
    fn check(children: &'static [usize], times: usize) {
        loom::model(move || {
            let parent = Arc::new(Parent { notify: Notify::new(), wakes: Default::default() });
            let waker = Waker::from(Arc::clone(&parent));
            let mut set = WakeSet::new(2);
            let values: Vec<_> = children.iter().map(|_| Arc::new(AtomicUsize::new(0))).collect();
            let mut threads = Vec::new();
            for (&child, value) in children.iter().zip(&values) {
                let (child, value) = (set.waker(child).clone(), Arc::clone(value));
                threads.push(thread::spawn(move || {
                    for step in 1..=times {
                        value.store(step, Ordering::Relaxed);
                        child.wake_by_ref();
                    }
                }));
            }
            let mut seen = vec![0; children.len()];
            let mut rounds = 0;
            loop {
                rounds += 1;
                for woken in set.begin(&waker) {
                    for (thread, _) in
                        children.iter().enumerate().filter(|(_, child)| **child == woken)
                    {
                        seen[thread] = values[thread].load(Ordering::Relaxed);
                    }
                }
                if seen.iter().all(|&value| value == times) {
                    break;
                }
                parent.notify.wait();
            }
            threads.into_iter().for_each(|thread| thread.join().expect("no thread panics"));
            assert!(parent.wakes.load(Ordering::SeqCst) <= rounds);
        });
    }

    #[test]
    fn no_wake_of_one_child_is_lost() {
        check(&[0], 2);
    }

    #[test]
    fn no_wake_of_two_children_is_lost() {
        check(&[0, 1], 1);
    }

    #[test]
    fn no_wake_of_one_child_by_two_threads_is_lost() {
        check(&[0, 0], 1);
    }

    #[test]
    fn a_set_dropped_while_a_child_wakes_lets_go_of_its_parent() {
        loom::model(|| {
            let parent = Arc::new(Parent {
                notify: Notify::new(),
                wakes: std::sync::atomic::AtomicUsize::new(0),
            });
            let waker = Waker::from(Arc::clone(&parent));
            let mut set = WakeSet::new(1);
            assert_eq!(set.begin(&waker).count(), 0);
            drop(waker);
            let child = set.waker(0).clone();
            let thread = thread::spawn(move || child.wake());
            drop(set);
            thread.join().expect("no thread panics");
            assert_eq!(Arc::strong_count(&parent), 1);
        });
    }
}
