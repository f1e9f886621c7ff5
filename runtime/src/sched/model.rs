//! Parking, model-checked: every order of a push and a worker that parks, or is called, or leaves work to another.
//!
//! A task that nobody takes is a deadlock here, and loom reports it. The rings are a crate's, which checks them itself: so
//! each task here goes through the shared queue.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::idle::Idle;
use super::{Backlog, Next, Queue};
use crate::sync::model::block_on;

/// The loop of a worker that has no queue of its own, until it has polled `count` tasks together with the others.
fn work(queue: &Queue<usize>, number: usize, polled: &AtomicUsize, count: usize) {
    block_on(std::future::poll_fn(|cx: &mut Context<'_>| {
        loop {
            match queue.next(number, cx.waker()) {
                Next::Run(_) => {
                    if polled.fetch_add(1, Ordering::SeqCst) + 1 == count {
                        drop(queue.close()); // which wakes the others
                    }
                }
                Next::Parked => return Poll::Pending,
                Next::Closed => return Poll::Ready(()),
            }
        }
    }));
}

fn check(preemptions: usize, workers: usize, pushes: &'static [usize]) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(preemptions);
    model.check(move || {
        let queue = Arc::new(Queue::new(workers));
        let polled = Arc::new(AtomicUsize::new(0));
        let count = pushes.iter().sum();
        let others: Vec<_> = (1..workers)
            .map(|number| {
                let (queue, polled) = (Arc::clone(&queue), Arc::clone(&polled));
                thread::spawn(move || work(&queue, number, &polled, count))
            })
            .chain(pushes.iter().map(|pushes| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || (0..*pushes).for_each(|n| queue.push(n).unwrap()))
            }))
            .collect();
        work(&queue, 0, &polled, count);
        others.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(polled.load(Ordering::SeqCst), count);
    });
}

#[test]
fn a_push_races_with_a_worker_that_parks() {
    check(3, 1, &[2]);
}

#[test]
fn two_pushes_race_with_a_worker_that_parks() {
    check(2, 1, &[1, 1]);
}

#[test]
fn a_push_races_with_two_workers() {
    check(2, 2, &[2]);
}

/// Who was called and takes its share leaves the rest to another, whom nobody else calls.
#[test]
fn a_worker_that_leaves_something_calls_the_next() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let parked = Arc::new((Idle::new(2), Backlog::new()));
        let polled = Arc::new(AtomicUsize::new(0));
        let worker = |number: usize| {
            let (parked, polled) = (Arc::clone(&parked), Arc::clone(&polled));
            thread::spawn(move || {
                let (idle, shared) = &*parked;
                // It takes one task only, and parks until there is one.
                block_on(std::future::poll_fn(|cx: &mut Context<'_>| {
                    drop(idle.arise(number));
                    loop {
                        if shared.pop().is_some() {
                            polled.fetch_add(1, Ordering::SeqCst);
                            if shared.len() > 0 {
                                idle.call();
                            }
                            return Poll::Ready(());
                        }
                        idle.park(number, cx.waker(), false);
                        if shared.len() == 0 {
                            return Poll::Pending;
                        }
                        drop(idle.arise(number));
                    }
                }));
            })
        };
        let workers = [worker(0), worker(1)];
        let (idle, shared) = &*parked;
        for task in 0..2 {
            shared.push(task).unwrap();
            idle.call();
        }
        workers.into_iter().for_each(|worker| worker.join().unwrap());
        assert_eq!(polled.load(Ordering::SeqCst), 2);
    });
}

/// Two workers park at once: at least one of them finds that all are parked, so that somebody waits for the sockets.
#[test]
fn of_those_that_park_at_once_the_last_one_finds_that_all_are_parked() {
    loom::model(|| {
        let idle = Arc::new(Idle::new(2));
        let park = |number| {
            let idle = Arc::clone(&idle);
            move || {
                idle.park(number, Waker::noop(), false);
                idle.all_parked(2)
            }
        };
        let second = thread::spawn(park(1));
        let first = park(0)();
        assert!(second.join().unwrap() || first);
    });
}
