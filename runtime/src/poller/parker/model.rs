//! Sleeping, model-checked: every order of a worker that falls asleep, and of those who wake it.
//!
//! A lost wake is a deadlock here, and loom reports it. What the system does is a lock here: a bell that rings until it is
//! silenced.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::{Condvar, Mutex};
use loom::thread::{self, Thread};

use super::claim::Claimable;
use super::sleep::{Place, Sleep};

struct Poller {
    waiting: Claimable,
    bell: Mutex<bool>,
    rung: Condvar,
}

impl Poller {
    fn new() -> Arc<Poller> {
        let (bell, rung) = (Mutex::new(false), Condvar::new());
        Arc::new(Poller { waiting: Claimable::new(), bell, rung })
    }

    fn ring(&self) {
        *self.bell.lock().unwrap() = true;
        self.rung.notify_all();
    }

    fn wait(&self) {
        let mut bell = self.bell.lock().unwrap();
        while !*bell {
            bell = self.rung.wait(bell).unwrap();
        }
        *bell = false;
    }
}

struct Worker {
    sleep: Sleep,
    thread: Thread,
    poller: Arc<Poller>,
    /// What it is woken for.
    given: AtomicUsize,
}

impl Worker {
    /// The worker of this thread.
    fn new(poller: &Arc<Poller>) -> Arc<Worker> {
        let (sleep, thread, poller) = (Sleep::new(), thread::current(), Arc::clone(poller));
        Arc::new(Worker { sleep, thread, poller, given: AtomicUsize::new(0) })
    }

    fn give(&self) {
        // Only the wake orders it.
        self.given.fetch_add(1, Ordering::Relaxed);
        match self.sleep.wake() {
            Some(Place::Thread) => self.thread.unpark(),
            Some(Place::Poller) => self.poller.ring(),
            None => {}
        }
    }

    /// Sleeps until it was given so much.
    fn work(&self, wanted: usize, watch: bool) {
        loop {
            self.sleep.rise();
            if self.given.load(Ordering::Relaxed) == wanted {
                return;
            }
            let claim = if watch { self.poller.waiting.claim() } else { None };
            if let Some(_claim) = claim {
                if self.sleep.fall(Place::Poller) {
                    self.poller.wait();
                }
            } else if self.sleep.fall(Place::Thread) {
                thread::park();
            }
        }
    }
}

fn two_wake(watch: bool) {
    loom::model(move || {
        let worker = Worker::new(&Poller::new());
        let givers = [(); 2].map(|()| {
            let worker = Arc::clone(&worker);
            thread::spawn(move || worker.give())
        });
        worker.work(2, watch);
        givers.into_iter().for_each(|giver| giver.join().unwrap());
    });
}

#[test]
fn two_wake_a_worker_that_parks_its_thread() {
    two_wake(false);
}

#[test]
fn two_wake_the_worker_that_watches() {
    two_wake(true);
}

/// Two workers want to watch. A ring that is late for the one wakes the other in vain, and no ring is taken from it.
#[test]
fn the_watch_changes_hands_while_both_are_woken() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let poller = Poller::new();
        let first = Worker::new(&poller);
        let (tell, told) = loom::sync::mpsc::channel();
        let other = thread::spawn(move || {
            let second = Worker::new(&poller);
            tell.send(Arc::clone(&second)).unwrap();
            second.work(2, true);
        });
        let second = told.recv().unwrap();
        let giver = {
            let (first, second) = (Arc::clone(&first), Arc::clone(&second));
            thread::spawn(move || {
                first.give();
                second.give();
            })
        };
        let waker = thread::spawn(move || second.give());
        first.work(1, true);
        for thread in [other, giver, waker] {
            thread.join().unwrap();
        }
    });
}
