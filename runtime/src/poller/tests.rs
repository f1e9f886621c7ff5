//! The poller by itself, with nobody who turns it but the test.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::{Direction, Poller, Watched};

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    fn new() -> (Arc<Woken>, Waker) {
        let woken = Arc::new(Woken::default());
        (Arc::clone(&woken), woken.into())
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn pair(poller: &Arc<Poller>) -> (Watched<UnixStream>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    let ours = Watched::new(ours, Some(poller)).unwrap();
    // The event that tells how it stands in the beginning.
    assert_eq!((poller.turn(), poller.turn()), (1, 0));
    (ours, theirs)
}

/// Reads up to four bytes; how many, and after how many attempts.
fn read(socket: &Watched<UnixStream>, waker: &Waker) -> (Poll<usize>, usize) {
    let mut attempts = 0;
    let mut into = [0; 4];
    let attempt = |mut socket: &UnixStream| {
        attempts += 1;
        socket.read(&mut into)
    };
    let cx = &mut Context::from_waker(waker);
    let read = socket.poll(Direction::Read, cx, attempt, |&got| 0 < got && got < 4);
    (read.map(Result::unwrap), attempts)
}

#[test]
fn a_short_read_spares_the_next_attempt() {
    let poller = Poller::new().unwrap();
    let (ours, mut theirs) = pair(&poller);
    let (woken, waker) = Woken::new();
    assert_eq!(read(&ours, &waker), (Poll::Pending, 1));
    assert_eq!(read(&ours, &waker), (Poll::Pending, 0));
    theirs.write_all(b"123456").unwrap();
    assert_eq!((woken.get(), poller.turn(), woken.get()), (0, 1, 1));
    assert_eq!(read(&ours, &waker), (Poll::Ready(4), 1));
    assert_eq!(read(&ours, &waker), (Poll::Ready(2), 1));
    assert_eq!(read(&ours, &waker), (Poll::Pending, 0));
    assert_eq!((poller.turn(), woken.get()), (0, 1));
}

#[test]
fn an_event_from_before_the_read_is_no_loss() {
    let poller = Poller::new().unwrap();
    let (ours, mut theirs) = pair(&poller);
    let (woken, waker) = Woken::new();
    theirs.write_all(b"12").unwrap();
    assert_eq!(read(&ours, &waker), (Poll::Ready(2), 1));
    // The event is still on its way. It tells how it stands by now: there is nothing to read.
    assert_eq!(poller.turn(), 1);
    assert_eq!(read(&ours, &waker), (Poll::Pending, 0));
    theirs.write_all(b"3").unwrap();
    assert_eq!((poller.turn(), woken.get()), (1, 1));
    assert_eq!(read(&ours, &waker), (Poll::Ready(1), 1));
}

#[test]
fn the_end_that_comes_with_the_last_bytes_is_read() {
    let poller = Poller::new().unwrap();
    let (ours, mut theirs) = pair(&poller);
    let (_, waker) = Woken::new();
    theirs.write_all(b"12").unwrap();
    drop(theirs);
    assert_eq!(poller.turn(), 1);
    assert_eq!(read(&ours, &waker), (Poll::Ready(2), 1));
    assert_eq!(read(&ours, &waker), (Poll::Ready(0), 1)); // no event will tell of it
}

#[test]
fn all_who_wait_are_woken_once() {
    let poller = Poller::new().unwrap();
    let (ours, mut theirs) = pair(&poller);
    let wakers = [(); 3].map(|()| Woken::new());
    for (_, waker) in wakers.iter().chain(&wakers) {
        assert_eq!(read(&ours, waker).0, Poll::Pending);
    }
    theirs.write_all(b"1").unwrap();
    assert_eq!(poller.turn(), 1);
    theirs.write_all(b"2").unwrap();
    assert_eq!(poller.turn(), 1);
    assert_eq!(wakers.map(|(woken, _)| woken.get()), [1; 3]);
}

// Only somebody who has taken events before the drop can have one that is too late; this is what becomes of it.
#[test]
fn an_event_for_the_one_before_does_not_reach_the_next() {
    let poller = Poller::new().unwrap();
    let (first, _theirs) = pair(&poller);
    let stale = first.key();
    drop(first);
    assert!(!poller.knows(stale));
    let (second, _theirs) = pair(&poller);
    assert_eq!(second.key().place(), stale.place());
    assert!(poller.knows(second.key()) && !poller.knows(stale));
}

#[test]
fn a_socket_that_is_gone_leaves_nothing() {
    let poller = Poller::new().unwrap();
    let (ours, theirs) = pair(&poller);
    let (woken, waker) = Woken::new();
    assert_eq!(read(&ours, &waker).0, Poll::Pending);
    // A descriptor that is left keeps the system's socket: it must not keep the registration.
    let left = ours.get_ref().try_clone().unwrap();
    drop(ours);
    assert_eq!(Arc::strong_count(&woken), 2);
    let (_others, _peer) = pair(&poller); // or it would not be asked
    drop(theirs);
    assert_eq!((poller.turn(), woken.get()), (0, 0));
    drop(left);
}

#[test]
fn a_closed_poller_hands_over_to_async_io() {
    let poller = Poller::new().unwrap();
    let (ours, mut theirs) = pair(&poller);
    let (woken, waker) = Woken::new();
    assert_eq!(read(&ours, &waker).0, Poll::Pending);
    poller.close();
    assert_eq!(woken.get(), 1);
    let two = std::future::poll_fn(|cx| read(&ours, cx.waker()).0);
    let writes = std::thread::spawn(move || theirs.write_all(b"12").map(|()| theirs));
    assert_eq!(async_io::block_on(two), 2);
    // One that is registered too late, as well.
    let (late, mut theirs) = UnixStream::pair().unwrap();
    late.set_nonblocking(true).unwrap();
    let late = Watched::new(late, Some(&poller)).unwrap();
    theirs.write_all(b"123").unwrap();
    assert_eq!(async_io::block_on(std::future::poll_fn(|cx| read(&late, cx.waker()).0)), 3);
    drop(writes.join().unwrap());
}
