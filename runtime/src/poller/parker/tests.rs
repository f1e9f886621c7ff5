//! Sleeping, on this thread and another.

use std::future::poll_fn;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::Parker;
use crate::poller::epoll::NO_EVENTS;
use crate::poller::{Direction, Poller, Watched};

/// Sleeps until woken, again and again, until `done`; how many polls that takes.
fn sleep_until(parker: &Parker, watch: bool, mut done: impl FnMut(&Waker) -> bool) -> usize {
    let mut polls = 0;
    parker.block_on(poll_fn(|cx| {
        polls += 1;
        if done(cx.waker()) {
            return Poll::Ready(());
        }
        parker.rest(None, watch);
        Poll::Pending
    }));
    polls
}

/// How many events come until then, the bell's as well.
fn wait(poller: &Poller, until: Instant) -> usize {
    poller.wait(poller.waiting.claim().unwrap(), Some(until), &mut { NO_EVENTS }).len()
}

/// Whether the bell rings; it does not afterwards.
fn rings(poller: &Poller) -> bool {
    wait(poller, Instant::now()) > 0
}

#[test]
fn another_thread_wakes_it_wherever_it_sleeps() {
    for watch in [false, true] {
        let poller = Poller::new().unwrap();
        let parker = Parker::new(&poller);
        let (tell, told) = mpsc::channel::<Waker>();
        let count = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&count);
        let other = thread::spawn(move || {
            for waker in told {
                counting.fetch_add(1, Ordering::Relaxed);
                waker.wake();
            }
        });
        let mut sent = 0;
        sleep_until(&parker, watch, |waker| {
            let arrived = count.load(Ordering::Relaxed);
            if arrived == sent && sent < 1000 {
                sent += 1;
                tell.send(waker.clone()).unwrap();
            }
            arrived == 1000
        });
        drop(tell);
        other.join().unwrap();
    }
}

#[test]
fn what_comes_for_a_socket_is_told_by_who_slept() {
    let poller = Poller::new().unwrap();
    let parker = Parker::new(&poller);
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    let ours = Watched::new(ours, Some(&poller)).unwrap();
    assert_eq!(poller.turn(), 1); // how it stands in the beginning
    let mut into = [0; 4];
    let mut read = pin!(poll_fn(|cx| {
        ours.poll(
            Direction::Read,
            cx,
            |mut ours| std::io::Read::read(&mut ours, &mut into),
            |_| true,
        )
    }));
    let mut polls = 0;
    let read = parker.block_on(poll_fn(|cx| {
        polls += 1;
        let read = read.as_mut().poll(cx);
        if polls == 1 {
            theirs.write_all(b"1").unwrap();
        }
        parker.rest(None, true);
        read
    }));
    assert_eq!((read.unwrap(), polls, poller.turn()), (1, 2, 0));
}

#[test]
fn a_wake_of_one_who_is_awake_rings_no_bell() {
    let poller = Poller::new().unwrap();
    let parker = Parker::new(&poller);
    let mut woken = false;
    let polls = sleep_until(&parker, true, |waker| {
        waker.wake_by_ref();
        std::mem::replace(&mut woken, true)
    });
    assert_eq!((polls, rings(&poller)), (2, false));
}

#[test]
fn who_turns_the_poller_does_not_take_the_bell_away() {
    let poller = Poller::new().unwrap();
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let _ours = Watched::new(ours, Some(&poller)).unwrap();
    assert_eq!(poller.turn(), 1);
    poller.ring();
    poller.ring();
    assert_eq!((poller.turn(), rings(&poller), rings(&poller)), (0, true, false));
}

#[test]
fn one_waits_at_a_time() {
    let poller = Poller::new().unwrap();
    let first = poller.waiting.claim().unwrap();
    assert!(poller.waiting.claim().is_none());
    assert!(poller.waiting.claim().is_none(), "who was refused has nothing to give back");
    drop(first);
    assert!(poller.waiting.claim().is_some());
}

#[test]
fn the_alarm_does_not_ring_early() {
    let poller = Poller::new().unwrap();
    let until = Instant::now() + Duration::from_micros(1300);
    assert_eq!(wait(&poller, until), 0);
    assert!(Instant::now() >= until);
}

#[test]
fn a_worker_that_is_to_sleep_until_a_time_that_is_past_does_not() {
    for watch in [false, true] {
        let parker = Parker::new(&Poller::new().unwrap());
        let mut rested = false;
        parker.block_on(poll_fn(|_: &mut Context<'_>| {
            if rested {
                return Poll::Ready(());
            }
            rested = true;
            parker.rest(Some(Instant::now()), watch);
            Poll::Pending
        }));
    }
}
