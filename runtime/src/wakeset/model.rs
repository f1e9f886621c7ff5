//! The wakes of children, model-checked: every order of the steps of parent and children.

use std::sync::Arc;
use std::task::{Wake, Waker};

use loom::sync::Notify;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::WakeSet;
use super::word::BITS;

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
/// of each thread. Two threads have too many orders for all of them: those with up to five preemptions are tried.
fn check(children: &'static [usize], times: usize) {
    let mut model = loom::model::Builder::new();
    if children.len() > 1 {
        model.preemption_bound = Some(5);
    }
    model.check(move || {
        let parent = Arc::new(Parent { notify: Notify::new(), wakes: Default::default() });
        let waker = Waker::from(Arc::clone(&parent));
        let set = WakeSet::new(children.iter().max().map_or(0, |last| last + 1));
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
                for (thread, _) in children.iter().enumerate().filter(|(_, child)| **child == woken)
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
fn no_wake_of_two_children_of_one_word_is_lost() {
    check(&[0, 1], 1);
}

#[test]
fn no_wake_of_two_children_of_two_words_is_lost() {
    check(&[0, BITS], 1);
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
        let set = WakeSet::new(1);
        assert_eq!(set.begin(&waker).count(), 0);
        drop(waker);
        let child = set.waker(0).clone();
        let thread = thread::spawn(move || child.wake());
        drop(set);
        thread.join().expect("no thread panics");
        assert_eq!(Arc::strong_count(&parent), 1);
    });
}
