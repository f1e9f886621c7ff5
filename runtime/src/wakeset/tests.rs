//! What a round gives, and whom a wake wakes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use super::WakeSet;
use super::word::BITS;

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
    let set = WakeSet::new(2 * BITS + 1);
    for index in [2 * BITS, 3, BITS - 1, BITS, 0] {
        set.waker(index).wake_by_ref();
    }
    assert_eq!(round(&set, Waker::noop()), [0, 3, BITS - 1, BITS, 2 * BITS]);
    assert_eq!(round(&set, Waker::noop()), []);
}

#[test]
fn the_parent_is_woken_once_a_round() {
    let (count, waker) = parent();
    let set = WakeSet::new(3);
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
    let set = WakeSet::new(1);
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
    let set = WakeSet::new(1);
    assert_eq!(round(&set, &first_waker), []);
    assert_eq!(round(&set, &second_waker), []);
    set.waker(0).wake_by_ref();
    assert_eq!(first.0.load(Ordering::SeqCst), 0);
    assert_eq!(second.0.load(Ordering::SeqCst), 1);
}

#[test]
fn a_late_wake_does_nothing_and_keeps_nobody_alive() {
    let (count, waker) = parent();
    let set = WakeSet::new(1);
    assert_eq!(round(&set, &waker), []);
    drop(waker);
    let child = set.waker(0).clone();
    drop(set);
    assert_eq!(Arc::strong_count(&count), 1);
    child.wake();
    assert_eq!(count.0.load(Ordering::SeqCst), 0);
}
