//! The buffer, model-checked: every order in which those who put and those who get can take its lock.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use loom::thread;

use super::Queue;
use crate::sync::model::block_on;

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Two items go through room for one: the second put waits, or it does not; the get waits, or it does not.
#[test]
fn puts_race_with_gets() {
    loom::model(|| {
        let queue = Queue::new(1);
        let puts = {
            let queue = queue.clone();
            thread::spawn(move || {
                for item in [1, 2] {
                    block_on(queue.put(item)).expect("it is not shut down");
                }
            })
        };
        assert_eq!(block_on(queue.get()), Some(1));
        assert_eq!(block_on(queue.get()), Some(2));
        puts.join().expect("no thread panics");
    });
}

/// The first getter is dropped while an item comes: the second has it.
#[test]
fn a_put_races_with_the_drop_of_a_getter() {
    loom::model(|| {
        let queue = Queue::new(1);
        let stays = queue.clone();
        let goes = queue.clone();
        let mut first = Box::pin(async move { goes.get().await });
        assert!(poll(first.as_mut()).is_pending());
        let second = thread::spawn(move || block_on(stays.get()));
        let gives_up = thread::spawn(move || drop(first));
        queue.try_put(1).expect("there is room");
        gives_up.join().expect("no thread panics");
        assert_eq!(second.join().expect("no thread panics"), Some(1));
    });
}

/// A shutdown comes while one puts and one gets: the item comes back, or it arrives.
#[test]
fn a_shutdown_races_with_both_sides() {
    loom::model(|| {
        let queue = Queue::new(1);
        let (puts, gets) = (queue.clone(), queue.clone());
        let put = thread::spawn(move || block_on(puts.put(1)).is_ok());
        let get = thread::spawn(move || block_on(gets.get()));
        queue.shutdown();
        let (put, got) = (put.join().expect("no panic"), get.join().expect("no panic"));
        assert_eq!(put, got.is_some());
    });
}

/// The last item is done while somebody comes to wait for that.
#[test]
fn a_join_races_with_the_last_task_done() {
    loom::model(|| {
        let queue = Queue::new(1);
        queue.try_put(1).expect("there is room");
        let works = queue.clone();
        let worker = thread::spawn(move || drop(block_on(works.take())));
        block_on(queue.join());
        worker.join().expect("no thread panics");
        assert_eq!(queue.statistics().unfinished, 0);
    });
}
