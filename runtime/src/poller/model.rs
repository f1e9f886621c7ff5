//! Readiness, model-checked: every order of an attempt, an event, and the end of the poller.
//!
//! A lost wake is a deadlock here, and loom reports it.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::task::Poll;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::readiness::Readiness;
use crate::sync::model::block_on;

/// A socket that takes in numbers of bytes, and tells its readiness of each.
struct Socket {
    bytes: AtomicUsize,
    readiness: Readiness,
}

impl Socket {
    fn new() -> Arc<Socket> {
        Arc::new(Socket { bytes: AtomicUsize::new(0), readiness: Readiness::new() })
    }

    /// Bytes come in, and with them an event.
    fn come(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::SeqCst);
        self.tell(|woken| self.readiness.set(false, woken));
    }

    fn tell(&self, change: impl FnOnce(&mut Vec<std::task::Waker>)) {
        let mut woken = Vec::new();
        change(&mut woken);
        woken.into_iter().for_each(std::task::Waker::wake);
    }

    /// Reads up to so many bytes, at least one; `None`: no event will come any more.
    async fn read(&self, up_to: usize) -> Option<usize> {
        let attempt = || {
            let taken = self.bytes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |bytes| {
                (bytes > 0).then(|| bytes - bytes.min(up_to))
            });
            taken.map(|bytes| bytes.min(up_to)).map_err(|_| io::Error::from(ErrorKind::WouldBlock))
        };
        let read = poll_fn(|cx| match self.readiness.poll(cx, attempt, |&got| got < up_to) {
            Ok(polled) => polled.map(Ok),
            Err(orphaned) => Poll::Ready(Err(orphaned)),
        });
        read.await.ok().map(|read| read.expect("it does not fail"))
    }
}

/// Three threads have too many orders: the bound keeps their number small.
fn bounded(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(test);
}

/// Bytes come twice, while a reader takes the readiness back after short reads and failed ones: it has them all.
#[test]
fn an_event_races_with_a_short_read() {
    loom::model(|| {
        let socket = Socket::new();
        let events = {
            let socket = Arc::clone(&socket);
            thread::spawn(move || (0..2).for_each(|_| socket.come(1)))
        };
        let mut got = 0;
        while got < 2 {
            got += block_on(socket.read(2)).expect("there are events");
        }
        events.join().expect("no thread panics");
    });
}

/// Two wait, and bytes for both come in one event: it wakes both.
#[test]
fn one_event_serves_two_readers() {
    bounded(|| {
        let socket = Socket::new();
        let other = {
            let socket = Arc::clone(&socket);
            thread::spawn(move || assert_eq!(block_on(socket.read(1)), Some(1)))
        };
        let events = {
            let socket = Arc::clone(&socket);
            thread::spawn(move || socket.come(2))
        };
        assert_eq!(block_on(socket.read(1)), Some(1));
        other.join().expect("no thread panics");
        events.join().expect("no thread panics");
    });
}

/// The run ends while one waits, or is about to.
#[test]
fn the_end_of_the_poller_races_with_a_wait() {
    loom::model(|| {
        let socket = Socket::new();
        let end = {
            let socket = Arc::clone(&socket);
            thread::spawn(move || socket.tell(|woken| socket.readiness.orphan(woken)))
        };
        assert_eq!(block_on(socket.read(1)), None);
        end.join().expect("no thread panics");
    });
}
