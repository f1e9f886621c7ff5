use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use super::own::RING;
use super::*;

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wakes {
    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn wakes() -> (Arc<Wakes>, Waker) {
    let wakes = Arc::new(Wakes::default());
    (Arc::clone(&wakes), wakes.into())
}

fn is_parked(queue: &Queue<usize>, worker: usize, waker: &Waker) -> bool {
    matches!(queue.next(worker, waker), Next::Parked)
}

/// Two workers' queues, both on this thread.
fn pair() -> (Arc<Queue<usize>>, Own<usize>, Own<usize>) {
    let queue = Arc::new(Queue::new(2));
    let (first, second) = (Own::new(Arc::clone(&queue), 0), Own::new(Arc::clone(&queue), 1));
    (queue, first, second)
}

fn fill(own: &Own<usize>, count: usize) {
    (0..count).for_each(|n| own.push(n).unwrap());
}

fn drain(own: &Own<usize>) -> Vec<usize> {
    std::iter::from_fn(|| own.pop()).collect()
}

#[test]
fn the_shared_queue_gives_tasks_in_the_order_of_their_pushes() {
    let queue = Queue::new(1);
    (1..=3).for_each(|n| queue.push(n).unwrap());
    for n in 1..=3 {
        let Next::Run(next) = queue.next(0, Waker::noop()) else { panic!("task {n} is gone") };
        assert_eq!(next, n);
    }
    assert!(is_parked(&queue, 0, Waker::noop()));
}

#[test]
fn a_push_calls_one_parked_worker_and_no_other_until_that_has_come() {
    let queue = Queue::new(2);
    let (wakes, waker) = wakes();
    assert!(is_parked(&queue, 0, &waker));
    assert!(is_parked(&queue, 1, &waker));
    queue.push(1).unwrap();
    queue.push(2).unwrap();
    assert_eq!(wakes.get(), 1);
    assert!(matches!(queue.next(1, &waker), Next::Run(1)));
    queue.push(3).unwrap();
    assert_eq!(wakes.get(), 2);
}

#[test]
fn a_push_calls_the_first_worker_last() {
    let queue = Queue::new(2);
    let (first, first_waker) = wakes();
    let (second, second_waker) = wakes();
    assert!(is_parked(&queue, 0, &first_waker));
    assert!(is_parked(&queue, 1, &second_waker));
    queue.push(1).unwrap();
    assert_eq!((first.get(), second.get()), (0, 1));
}

#[test]
fn a_worker_that_takes_a_task_is_parked_no_longer() {
    let queue = Queue::new(1);
    let (wakes, waker) = wakes();
    assert!(is_parked(&queue, 0, &waker));
    queue.push(1).unwrap();
    assert!(matches!(queue.next(0, &waker), Next::Run(1)));
    queue.push(2).unwrap();
    assert_eq!(wakes.get(), 1);
}

#[test]
fn a_loop_that_chooses_takes_any_task_once() {
    let queue = Queue::new(1);
    assert!(queue.take(0, 0).is_none());
    (1..=4).for_each(|n| queue.push(n).unwrap());
    let mut taken = Vec::new();
    for place in [2, 0, 1, 0] {
        taken.push(queue.take(0, place).unwrap());
        assert_eq!(queue.ready(), 4 - taken.len());
    }
    taken.sort_unstable();
    assert_eq!(taken, [1, 2, 3, 4]);
}

#[test]
fn an_own_queue_keeps_the_order_beyond_its_ring() {
    let (_, own, _) = pair();
    fill(&own, 3 * RING);
    assert!((0..RING).all(|n| own.pop() == Some(n)));
    (0..RING).for_each(|n| own.push(3 * RING + n).unwrap());
    assert_eq!(drain(&own), Vec::from_iter(RING..4 * RING));
}

#[test]
fn a_push_on_ones_own_thread_calls_nobody_who_is_watched() {
    let (_, first, second) = pair();
    let (wakes, waker) = wakes();
    assert!(matches!(second.park(&waker, false), Parked::Watching { others: true }));
    first.push(1).unwrap();
    assert_eq!(wakes.get(), 0);
}

#[test]
fn when_all_were_parked_the_first_who_works_calls_somebody_to_watch() {
    let (_, first, second) = pair();
    let (wakes, waker) = wakes();
    assert!(matches!(second.park(&waker, false), Parked::Watching { .. }));
    assert!(matches!(first.park(Waker::noop(), false), Parked::Deep));
    second.arise();
    assert!(matches!(second.park(&waker, false), Parked::Deep));

    first.arise();
    first.push(1).unwrap();
    first.push(2).unwrap();
    assert_eq!(wakes.get(), 1);
    second.arise();
    assert!(matches!(second.park(&waker, false), Parked::Watching { others: true }));
    first.push(3).unwrap();
    assert_eq!(wakes.get(), 1);
}

#[test]
fn a_watcher_lingers_only_if_it_wants_to() {
    let (_, first, second) = pair();
    assert!(matches!(second.park(Waker::noop(), true), Parked::Watching { others: true }));
    assert!(matches!(first.park(Waker::noop(), true), Parked::Deep));
    second.arise();
    assert!(matches!(second.park(Waker::noop(), true), Parked::Watching { others: false }));
    second.arise();
    assert!(matches!(second.park(Waker::noop(), false), Parked::Deep));
}

#[test]
fn a_watcher_that_begins_to_work_calls_another_to_watch() {
    let (_, first, second) = pair();
    let (wakes, waker) = wakes();
    assert!(matches!(first.park(Waker::noop(), true), Parked::Watching { others: true }));
    assert!(matches!(second.park(&waker, true), Parked::Deep));
    first.arise();
    assert!(first.is_alone());
    first.begin();
    assert_eq!(wakes.get(), 1);
    second.arise();
    assert!(matches!(second.park(&waker, true), Parked::Watching { others: true }));
    assert!(!first.is_alone());
    first.begin();
    assert_eq!(wakes.get(), 1);
}

#[test]
fn a_push_that_its_worker_does_not_await_wakes_it_once() {
    let (_, own, _) = pair();
    let (wakes, waker) = wakes();
    assert!(matches!(own.park(&waker, false), Parked::Watching { .. }));
    assert!(!own.is_awake());
    own.push(1).unwrap();
    own.push(2).unwrap();
    assert_eq!(wakes.get(), 1);
    assert!(own.is_awake());
    assert_eq!(drain(&own), [1, 2]);
}

#[test]
fn who_steals_takes_half_and_the_first_ones() {
    let (_, first, second) = pair();
    fill(&first, 5);
    assert!(second.steal());
    assert_eq!(drain(&second), [0, 1, 2]);
    assert_eq!(drain(&first), [3, 4]);
}

#[test]
fn who_steals_from_a_full_ring_takes_of_what_comes_after_it() {
    let (_, first, second) = pair();
    fill(&first, RING + 10);
    assert!(second.steal());
    assert_eq!(drain(&second), Vec::from_iter(RING..RING + 5));
    assert_eq!(drain(&first), Vec::from_iter((0..RING).chain(RING + 5..RING + 10)));
}

#[test]
fn what_waits_alone_is_left_to_a_worker_that_gets_on() {
    let (_, first, second) = pair();
    first.push(1).unwrap();
    assert!(!second.steal());
    assert!(matches!(second.park(Waker::noop(), false), Parked::Watching { .. }));
    first.pop().unwrap();
    first.push(2).unwrap();
    second.arise();
    assert!(!second.look()); // it has polled one since
    assert!(second.look()); // and none since
    assert_eq!(drain(&second), [2]);
}

#[test]
fn a_workers_share_of_the_shared_queue_goes_behind_its_own_tasks() {
    let (queue, first, second) = pair();
    first.push(1).unwrap();
    (2..6).for_each(|n| queue.push(n).unwrap());
    assert!(first.share());
    assert_eq!(drain(&first), [1, 2, 3]);
    assert!(second.share());
    assert!(second.share());
    assert!(!second.share());
    assert_eq!(drain(&second), [4, 5]);
}

#[test]
fn who_leaves_something_in_the_shared_queue_calls_the_next() {
    let (queue, first, second) = pair();
    let (wakes, waker) = wakes();
    assert!(matches!(first.park(&waker, false), Parked::Watching { .. }));
    assert!(matches!(second.park(&waker, false), Parked::Deep));
    (0..4).for_each(|n| queue.push(n).unwrap());
    assert_eq!(wakes.get(), 1);
    second.arise();
    assert!(second.share());
    assert_eq!(wakes.get(), 2);
}

#[test]
fn a_worker_does_not_park_while_something_waits_for_it() {
    let (queue, first, _) = pair();
    queue.push(1).unwrap();
    assert!(matches!(first.park(Waker::noop(), false), Parked::No));
    assert!(first.is_awake());
}

#[test]
fn closed_queues_take_nothing_in_wake_all_and_give_what_they_held() {
    let (queue, first, second) = pair();
    let (wakes, waker) = wakes();
    fill(&second, RING + 1);
    queue.push(1000).unwrap();
    assert!(matches!(first.park(&waker, false), Parked::No));
    assert!(first.share());
    queue.push(1001).unwrap();
    assert!(!is_parked(&queue, 0, &waker));
    assert!(matches!(first.park(&waker, false), Parked::Watching { .. }));

    let mut left = queue.close();
    left.sort_unstable();
    assert_eq!(left, Vec::from_iter((0..=RING).chain([1000])));
    assert_eq!(wakes.get(), 1);
    assert_eq!((first.push(7), second.push(8), queue.push(9)), (Err(7), Err(8), Err(9)));
    assert!(matches!(queue.next(0, &waker), Next::Closed));
    assert!(first.is_closed());
}

// What somebody is taking has its room in the ring until he is done, also when the ring is found empty.
#[test]
fn no_task_is_lost_between_a_ring_that_is_robbed_and_what_comes_after_it() {
    const TASKS: usize = 1_500_000;
    let queue = Arc::new(Queue::new(9));
    let found = Arc::new(AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 1..9 {
            let (queue, found) = (Arc::clone(&queue), Arc::clone(&found));
            scope.spawn(move || {
                let own = Own::new(queue, number);
                while !own.is_closed() {
                    if own.steal() {
                        found.fetch_add(drain(&own).len(), Ordering::SeqCst);
                    }
                }
            });
        }
        let own = Own::new(Arc::clone(&queue), 0);
        for _ in 0..TASKS / (3 * RING) {
            fill(&own, 3 * RING);
            found.fetch_add(drain(&own).len(), Ordering::SeqCst);
        }
        let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
        let all = TASKS / (3 * RING) * 3 * RING;
        while found.load(Ordering::SeqCst) < all && std::time::Instant::now() < patience {
            std::thread::yield_now();
        }
        assert!(queue.close().is_empty());
        assert_eq!(found.load(Ordering::SeqCst), all);
    });
}
