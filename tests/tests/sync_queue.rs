//! Queues: who gets what in which order, and what becomes of an item when somebody is cancelled.
//!
//! What the three kinds have in common is tested with each of them.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use futures_lite::StreamExt;
use taipan::sync::{Closed, LifoQueue, PriorityQueue, Queue, Taken, TryRecvError, TrySendError};
use taipan::{gather, spawn, yield_now};
use taipan_tests::{Counter, WakeCounter, on_drop, poll_with};

#[path = "support/kinds.rs"]
mod kinds;
#[path = "support/sync.rs"]
mod support;
use kinds::{Kind, of_each_kind};
use support::{at_once, queue};

of_each_kind! {
    it_gives_the_items_in_its_order,
    a_put_waits_for_room_and_a_get_for_an_item,
    nobody_overtakes_who_waits_to_put,
    nobody_overtakes_who_waits_to_get,
    a_get_that_is_cancelled_takes_nothing,
    a_get_that_is_cancelled_when_its_item_has_come_passes_it_on,
    a_put_that_is_cancelled_has_not_put,
    a_put_that_is_cancelled_when_its_room_has_come_passes_it_on,
    neither_was_begun_before_it_is_polled,
    every_change_of_a_waiter_wakes_once,
    join_waits_for_every_item,
    a_join_that_is_cancelled_leaves_no_trace,
    a_task_done_too_many_panics,
    after_a_shutdown_nothing_goes_in_and_the_rest_comes_out,
    a_shutdown_sends_those_away_who_wait,
    a_put_whose_room_has_come_does_not_go_in_after_the_shutdown,
    nobody_is_sent_away_while_an_item_may_be_passed_on,
    a_shutdown_does_not_end_a_join,
    a_shutdown_now_drops_what_is_there_and_counts_it_as_done,
    a_shutdown_now_does_not_count_what_was_got,
    what_was_kept_for_a_getter_is_gone_after_a_shutdown_now,
    it_needs_room,
    it_tells_of_itself,
}

const EMPTY: Result<usize, TryRecvError> = Err(TryRecvError::Empty);

// Q336
fn it_gives_the_items_in_its_order<K: Kind>() {
    let items = vec![3, 1, 4, 5, 9, 2, 6];
    let queue = K::bounded(items.len());
    for &item in &items {
        at_once(queue.put(item)).unwrap();
    }
    let got: Vec<_> = items.iter().map(|_| at_once(queue.get()).unwrap()).collect();
    assert_eq!(got, K::order(items));
}

// Q338, Q346
fn a_put_waits_for_room_and_a_get_for_an_item<K: Kind>() {
    let jobs = K::bounded(1);
    at_once(jobs.put(1)).unwrap();
    let second = queue(jobs.put(2));
    assert_eq!(jobs.try_put(3), Err((3, true)));
    assert_eq!(at_once(jobs.get()), Some(1));
    second.take().unwrap();
    assert_eq!(at_once(jobs.get()), Some(2));
    let get = queue(jobs.get());
    assert_eq!(jobs.try_get(), EMPTY);
    at_once(jobs.put(4)).unwrap();
    assert_eq!(get.take(), Some(4));
}

fn nobody_overtakes_who_waits_to_put<K: Kind>() {
    let jobs = K::bounded(1);
    at_once(jobs.put(1)).unwrap();
    let (second, mut third) = (queue(jobs.put(2)), queue(jobs.put(3)));
    assert_eq!(at_once(jobs.get()), Some(1));
    // There is room, and it is the second's.
    assert_eq!(jobs.statistics().len, 0);
    assert_eq!(jobs.try_put(4), Err((4, true)));
    assert!(third.waits());
    let mut late = queue(jobs.put(5));
    second.take().unwrap();
    assert!(third.waits());
    assert_eq!(at_once(jobs.get()), Some(2));
    assert!(late.waits());
    third.take().unwrap();
    assert_eq!(at_once(jobs.get()), Some(3));
    late.take().unwrap();
    assert_eq!(at_once(jobs.get()), Some(5));
}

fn nobody_overtakes_who_waits_to_get<K: Kind>() {
    let jobs = K::bounded(2);
    let (first, mut second) = (queue(jobs.get()), queue(jobs.get()));
    at_once(jobs.put(1)).unwrap();
    // It is there, and it is the first's.
    assert_eq!(jobs.statistics().len, 1);
    assert_eq!(jobs.try_get(), EMPTY);
    assert!(second.waits());
    let mut late = queue(jobs.get());
    assert_eq!(first.take(), Some(1));
    at_once(jobs.put(2)).unwrap();
    assert!(late.waits());
    assert_eq!(second.take(), Some(2));
    at_once(jobs.put(3)).unwrap();
    assert_eq!(late.take(), Some(3));
}

// Q341
fn a_get_that_is_cancelled_takes_nothing<K: Kind>() {
    let jobs = K::bounded(2);
    let (first, second, third) = (queue(jobs.get()), queue(jobs.get()), queue(jobs.get()));
    drop(second);
    assert_eq!(jobs.statistics().getting, 2);
    at_once(jobs.put(1)).unwrap();
    at_once(jobs.put(2)).unwrap();
    let mut got = [first.take().unwrap(), third.take().unwrap()];
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
    drop(queue(jobs.get()));
    at_once(jobs.put(3)).unwrap();
    assert_eq!(jobs.try_get(), Ok(3));
}

// Q341
fn a_get_that_is_cancelled_when_its_item_has_come_passes_it_on<K: Kind>() {
    let jobs = K::bounded(2);
    let first = queue(jobs.get());
    let (wakes, waker) = WakeCounter::new();
    let mut second = pin!(jobs.get());
    assert!(poll_with(second.as_mut(), &waker).is_pending());
    at_once(jobs.put(1)).unwrap();
    assert_eq!(wakes.get(), 0);
    drop(first);
    assert_eq!(wakes.get(), 1);
    assert_eq!(poll_with(second, &waker), Poll::Ready(Some(1)));
    // And with nobody to pass it on to, it stays.
    let last = queue(jobs.get());
    at_once(jobs.put(2)).unwrap();
    drop(last);
    assert_eq!(jobs.try_get(), Ok(2));
    assert_eq!(jobs.statistics().len, 0);
}

// Q343
fn a_put_that_is_cancelled_has_not_put<K: Kind>() {
    let jobs = K::bounded(1);
    at_once(jobs.put(1)).unwrap();
    let (second, third) = (queue(jobs.put(2)), queue(jobs.put(3)));
    drop(second);
    assert_eq!(jobs.statistics().putting, 1);
    assert_eq!(at_once(jobs.get()), Some(1));
    third.take().unwrap();
    assert_eq!(at_once(jobs.get()), Some(3));
    assert_eq!(jobs.try_get(), EMPTY);
    assert_eq!(jobs.statistics().unfinished, 2);
}

// Q344
fn a_put_that_is_cancelled_when_its_room_has_come_passes_it_on<K: Kind>() {
    let jobs = K::bounded(1);
    at_once(jobs.put(1)).unwrap();
    let second = queue(jobs.put(2));
    let (wakes, waker) = WakeCounter::new();
    let mut third = pin!(jobs.put(3));
    assert!(poll_with(third.as_mut(), &waker).is_pending());
    assert_eq!(at_once(jobs.get()), Some(1));
    assert_eq!(wakes.get(), 0);
    drop(second);
    assert_eq!(wakes.get(), 1);
    assert_eq!(poll_with(third, &waker), Poll::Ready(Ok(())));
    assert_eq!(at_once(jobs.get()), Some(3));
    // And with nobody to pass it on to, it is free.
    at_once(jobs.put(4)).unwrap();
    let last = queue(jobs.put(5));
    assert_eq!(at_once(jobs.get()), Some(4));
    drop(last);
    jobs.try_put(6).unwrap();
    assert_eq!(jobs.try_get(), Ok(6));
}

fn neither_was_begun_before_it_is_polled<K: Kind>() {
    let jobs = K::bounded(1);
    let (put, get) = (jobs.put(1), jobs.get());
    drop(put);
    jobs.try_put(2).unwrap();
    drop(get);
    assert_eq!(jobs.try_get(), Ok(2));
    assert_eq!(jobs.statistics().peak, 1);
}

fn every_change_of_a_waiter_wakes_once<K: Kind>() {
    let jobs = K::bounded(1);
    let ((gets, get_waker), (puts, put_waker)) = (WakeCounter::new(), WakeCounter::new());
    let mut get = pin!(jobs.get());
    assert!(poll_with(get.as_mut(), &get_waker).is_pending());
    at_once(jobs.put(1)).unwrap();
    let mut put = pin!(jobs.put(2));
    assert!(poll_with(put.as_mut(), &put_waker).is_pending());
    assert_eq!((gets.get(), puts.get()), (1, 0));
    assert!(poll_with(get, &get_waker).is_ready());
    assert_eq!((gets.get(), puts.get()), (1, 1));
    assert!(poll_with(put, &put_waker).is_ready());
    assert_eq!((gets.get(), puts.get()), (1, 1));
}

// Q347
fn join_waits_for_every_item<K: Kind>() {
    let jobs = K::bounded(2);
    at_once(jobs.join());
    for item in [1, 2] {
        at_once(jobs.put(item)).unwrap();
    }
    let (mut first, second) = (queue(jobs.join()), queue(jobs.join()));
    assert_eq!(jobs.statistics().joining, 2);
    for _ in 0..2 {
        at_once(jobs.get()).unwrap();
    }
    assert!(first.waits());
    jobs.task_done();
    assert!(first.waits());
    jobs.task_done();
    // They go on even though there is work again.
    at_once(jobs.put(3)).unwrap();
    first.take();
    second.take();
    drop(queue(jobs.join()));
}

fn a_join_that_is_cancelled_leaves_no_trace<K: Kind>() {
    let jobs = K::bounded(1);
    at_once(jobs.put(1)).unwrap();
    let (first, second) = (queue(jobs.join()), queue(jobs.join()));
    drop(first);
    assert_eq!(jobs.statistics().joining, 1);
    jobs.task_done();
    second.take();
}

// Q348, Q355
fn a_task_done_too_many_panics<K: Kind>() {
    let jobs = K::bounded(1);
    let too_many = || catch_unwind(AssertUnwindSafe(|| jobs.task_done())).is_err();
    assert!(too_many());
    at_once(jobs.put(1)).unwrap();
    assert!(!too_many());
    assert!(too_many());
    assert_eq!(at_once(jobs.get()), Some(1));
    at_once(jobs.put(2)).unwrap();
    jobs.shutdown_now();
    assert!(too_many());
    assert_eq!(jobs.statistics().unfinished, 0);
}

// Q349, Q350
fn after_a_shutdown_nothing_goes_in_and_the_rest_comes_out<K: Kind>() {
    let jobs = K::bounded(3);
    at_once(jobs.put(1)).unwrap();
    at_once(jobs.put(2)).unwrap();
    jobs.shutdown();
    jobs.shutdown();
    assert_eq!(at_once(jobs.put(3)), Err(3));
    assert_eq!(jobs.try_put(3), Err((3, false)));
    let mut rest = vec![at_once(jobs.get()).unwrap(), jobs.try_get().unwrap()];
    rest.sort_unstable();
    assert_eq!(rest, [1, 2]);
    assert_eq!(at_once(jobs.get()), None);
    assert_eq!(jobs.try_get(), Err(TryRecvError::Closed));
}

// Q349, Q351
fn a_shutdown_sends_those_away_who_wait<K: Kind>() {
    let full = K::bounded(1);
    at_once(full.put(1)).unwrap();
    let (second, third) = (queue(full.put(2)), queue(full.put(3)));
    full.shutdown();
    assert_eq!((second.take(), third.take()), (Err(2), Err(3)));
    assert_eq!(full.statistics().len, 1);

    let empty = K::bounded(1);
    let (first, second) = (queue(empty.get()), queue(empty.get()));
    empty.shutdown();
    assert_eq!((first.take(), second.take()), (None, None));
}

// Q349
fn a_put_whose_room_has_come_does_not_go_in_after_the_shutdown<K: Kind>() {
    let jobs = K::bounded(1);
    at_once(jobs.put(1)).unwrap();
    let second = queue(jobs.put(2));
    assert_eq!(at_once(jobs.get()), Some(1));
    jobs.shutdown();
    // Nobody has to wait whether it goes in after all.
    assert_eq!(at_once(jobs.get()), None);
    assert_eq!(second.take(), Err(2));
    assert_eq!(jobs.statistics().len, 0);
}

fn nobody_is_sent_away_while_an_item_may_be_passed_on<K: Kind>() {
    let jobs = K::bounded(1);
    let (first, second) = (queue(jobs.get()), queue(jobs.get()));
    at_once(jobs.put(1)).unwrap();
    jobs.shutdown();
    // The item is the first's, but the first may be cancelled.
    let (third, fourth) = (queue(jobs.get()), queue(jobs.get()));
    assert_eq!(jobs.try_get(), EMPTY);
    drop(first);
    drop(third);
    assert_eq!(second.take(), Some(1));
    assert_eq!(fourth.take(), None);
    assert_eq!(at_once(jobs.get()), None);
}

// Q352
fn a_shutdown_does_not_end_a_join<K: Kind>() {
    let jobs = K::bounded(1);
    at_once(jobs.put(1)).unwrap();
    let mut join = queue(jobs.join());
    jobs.shutdown();
    assert!(join.waits());
    assert_eq!(at_once(jobs.get()), Some(1));
    assert!(join.waits());
    jobs.task_done();
    join.take();
}

// Q353
fn a_shutdown_now_drops_what_is_there_and_counts_it_as_done<K: Kind>() {
    let jobs = K::bounded(2);
    at_once(jobs.put(1)).unwrap();
    at_once(jobs.put(2)).unwrap();
    let (third, join) = (queue(jobs.put(3)), queue(jobs.join()));
    jobs.shutdown_now();
    assert_eq!(third.take(), Err(3));
    join.take();
    assert_eq!(at_once(jobs.get()), None);
    let statistics = jobs.statistics();
    assert_eq!((statistics.len, statistics.unfinished, statistics.shut_down), (0, 0, true));
}

// Q354
fn a_shutdown_now_does_not_count_what_was_got<K: Kind>() {
    let jobs = K::bounded(2);
    at_once(jobs.put(1)).unwrap();
    at_once(jobs.put(2)).unwrap();
    at_once(jobs.get()).unwrap();
    let mut join = queue(jobs.join());
    jobs.shutdown_now();
    assert!(join.waits());
    jobs.task_done();
    join.take();
}

fn what_was_kept_for_a_getter_is_gone_after_a_shutdown_now<K: Kind>() {
    let jobs = K::bounded(2);
    let (first, second, third) = (queue(jobs.get()), queue(jobs.get()), queue(jobs.get()));
    at_once(jobs.put(1)).unwrap();
    at_once(jobs.put(2)).unwrap();
    jobs.shutdown_now();
    drop(first);
    assert_eq!((second.take(), third.take()), (None, None));
    at_once(jobs.join());
}

fn it_needs_room<K: Kind>() {
    let payload = catch_unwind(|| drop(K::bounded(0))).unwrap_err();
    let message = payload.downcast_ref::<&str>().unwrap();
    assert!(message.contains("`unbounded()`"), "{message}");
}

fn it_tells_of_itself<K: Kind>() {
    let jobs = K::bounded(2);
    for item in [1, 2] {
        at_once(jobs.put(item)).unwrap();
    }
    let _put = queue(jobs.put(3));
    let _join = queue(jobs.join());
    let statistics = jobs.statistics();
    assert_eq!((statistics.len, statistics.peak, statistics.capacity), (2, 2, Some(2)));
    assert_eq!((statistics.putting, statistics.getting, statistics.joining), (1, 0, 1));
    assert_eq!((statistics.unfinished, statistics.shut_down), (2, false));
}

#[test]
fn a_handle_shows_the_queue_and_a_clone_is_the_same_queue() {
    let jobs = Queue::new(1);
    assert!(jobs.is_empty() && !jobs.is_full());
    jobs.clone().try_put('a').unwrap();
    assert!(!jobs.is_empty() && jobs.is_full() && !jobs.is_shut_down());
    let _put = queue(jobs.put('b'));
    assert_eq!(
        format!("{jobs:?}"),
        "Queue { len: 1, capacity: Some(1), unfinished: 1, putting: 1, getting: 0, .. }"
    );
    jobs.clone().shutdown();
    assert!(jobs.is_shut_down());
}

#[test]
fn one_without_a_limit_takes_whatever_comes() {
    let jobs = LifoQueue::unbounded();
    (0..10_000).for_each(|item| jobs.try_put(item).unwrap());
    assert_eq!((jobs.len(), jobs.capacity(), jobs.is_full()), (10_000, None, false));
    assert_eq!(jobs.try_get(), Ok(9999));
}

// Items are never compared.
#[test]
fn equal_priorities_leave_in_the_order_in_which_they_came() {
    struct Incomparable(usize);
    let jobs = PriorityQueue::unbounded();
    for item in 0..100 {
        jobs.try_put(item % 2, Incomparable(item)).unwrap();
    }
    let got: Vec<_> = (0..100).map(|_| jobs.try_get().unwrap().1.0).collect();
    let expected: Vec<_> = (0..100).step_by(2).chain((1..100).step_by(2)).collect();
    assert_eq!(got, expected);
}

// The lowest when it runs, not when it was woken.
#[test]
fn a_getter_gets_the_most_urgent_item() {
    let jobs = PriorityQueue::new(2);
    let get = queue(jobs.get());
    jobs.try_put(2, "later").unwrap();
    jobs.try_put(1, "first").unwrap();
    assert_eq!(get.take(), Some((1, "first")));
    assert_eq!(jobs.try_get(), Ok((2, "later")));
}

#[test]
fn the_item_of_a_put_that_is_cancelled_is_dropped_with_it() {
    let drops = Counter::new();
    let item = || {
        let drops = drops.clone();
        on_drop(move || drops.add())
    };
    let jobs = Queue::new(1);
    at_once(jobs.put(item())).unwrap();
    let put = queue(jobs.put(item()));
    drop(put);
    assert_eq!(drops.get(), 1);
    drop(jobs.put(item()));
    assert_eq!(drops.get(), 2);
    drop(jobs);
    assert_eq!(drops.get(), 3);
}

// An item's drop may use the queue: nothing of it is locked then.
#[test]
fn an_item_may_use_the_queue_when_it_is_dropped() {
    type Item = Box<dyn Send>;
    let jobs = Queue::<Item>::new(1);
    let item = || -> Item {
        let jobs = jobs.clone();
        Box::new(on_drop(move || assert!(jobs.len() <= 1)))
    };
    at_once(jobs.put(item())).unwrap();
    drop(queue(jobs.put(item())));
    let woken = queue(jobs.put(item()));
    drop(at_once(jobs.get()));
    drop(woken);
    at_once(jobs.put(item())).unwrap();
    jobs.shutdown_now();
    drop(jobs.try_put(item()));
    assert_eq!(jobs.len(), 0);
}

// Q348
#[test]
fn a_taken_item_is_done_when_it_is_dropped() {
    let jobs = Queue::unbounded();
    for item in [String::from("a"), String::from("b"), String::from("c")] {
        at_once(jobs.put(item)).unwrap();
    }
    let join = queue(jobs.join());
    let mut a = at_once(jobs.take()).unwrap();
    a.push('!');
    assert_eq!((&**a, format!("{a:?}")), ("a!", String::from("\"a!\"")));
    drop(a);
    assert_eq!(jobs.statistics().unfinished, 2);
    let b = at_once(jobs.take()).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(move || panic!("{}", *b))).is_err());
    assert_eq!(jobs.statistics().unfinished, 1);
    let c = at_once(jobs.take()).unwrap();
    assert_eq!(Taken::into_inner(c), "c");
    join.take();
    jobs.shutdown();
    assert!(at_once(jobs.take()).is_none());
}

#[test]
fn a_take_that_is_cancelled_is_not_done() {
    let jobs = Queue::unbounded();
    let take = queue(jobs.take());
    jobs.try_put('a').unwrap();
    drop(take);
    assert_eq!((jobs.len(), jobs.statistics().unfinished), (1, 1));
}

#[taipan::test]
async fn iteration_ends_with_the_queue() {
    let jobs = PriorityQueue::unbounded();
    for n in [2, 1, 3] {
        jobs.try_put(n, ()).unwrap();
    }
    jobs.shutdown();
    let mut stream = jobs.stream();
    let mut got = Vec::new();
    while let Some(job) = stream.next().await {
        assert_eq!(jobs.statistics().unfinished, 3 - got.len());
        got.push(job.0);
    }
    assert_eq!(got, [1, 2, 3]);
    assert!(stream.next().await.is_none());
    jobs.join().await;
}

#[test]
fn a_stream_keeps_its_place_and_gives_up_nothing() {
    let jobs = Queue::unbounded();
    let mut stream = jobs.stream();
    drop(queue(stream.next()));
    let mut get = queue(jobs.get());
    jobs.try_put('a').unwrap();
    // The stream was first.
    assert!(get.waits());
    assert_eq!(at_once(stream.next()).as_deref(), Some(&'a'));
    jobs.try_put('b').unwrap();
    assert_eq!(get.take(), Some('b'));
    drop(queue(stream.next()));
    let get = queue(jobs.get());
    jobs.try_put('c').unwrap();
    drop(stream);
    assert_eq!(get.take(), Some('c'));
}

#[test]
fn errors_can_be_passed_on_even_if_the_item_is_not_sync() {
    type Job = Box<dyn FnOnce() -> u8 + Send>;
    fn is_error<E: std::error::Error + Send + Sync + 'static>(error: E) -> E {
        error
    }
    let jobs = Queue::<Job>::new(1);
    jobs.shutdown();
    let closed: Closed<Job> = is_error(at_once(jobs.put(Box::new(|| 1))).unwrap_err());
    assert_eq!(format!("{closed:?}: {closed}"), "Closed(..): closed: it takes no more values");
    assert_eq!(closed.into_inner()(), 1);
    let refused: TrySendError<Job> = is_error(jobs.try_put(Box::new(|| 2)).unwrap_err());
    assert!(refused.is_closed() && !refused.is_full());
    assert_eq!(refused.to_string(), "closed: it takes no more values");
    assert_eq!(refused.into_inner()(), 2);
    let nothing = is_error(jobs.try_get().err().unwrap());
    assert_eq!(nothing.to_string(), "closed: it has no more values");
    assert_eq!(TryRecvError::Empty.to_string(), "empty: it has no value now");
}

// Consumers take turns, also those who are fast.
#[taipan::test]
async fn consumers_take_turns() {
    let jobs = Queue::new(2);
    let workers = [(); 3].map(|()| {
        let jobs = jobs.clone();
        spawn(async move {
            let mut got = Vec::new();
            while let Some(job) = jobs.get().await {
                got.push(job);
                yield_now().await;
            }
            got
        })
    });
    yield_now().await;
    for job in 0..30 {
        jobs.put(job).await.unwrap();
    }
    jobs.shutdown();
    let [a, b, c] = workers;
    let (a, b, c) = gather!(a, b, c).await;
    let all = [a.unwrap(), b.unwrap(), c.unwrap()];
    assert_eq!(all.iter().map(Vec::len).sum::<usize>(), 30);
    assert!(all.iter().all(|got| got.len() >= 6 && got.is_sorted()), "{all:?}");
}
