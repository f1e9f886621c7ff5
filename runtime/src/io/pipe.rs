//! Bytes on their way from a writer to a reader.
//!
//! Reading and writing are polled, and a poll leaves nothing behind but its waker: so a read or a write that is
//! given up takes no byte with it. Any number of tasks may wait on either side; all of them are woken when something
//! changes for that side, and look again.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::mem;
use std::task::{Context, Poll, Waker, ready};

use crate::budget::{self, SharedTurn};
use crate::sync::{Lock, wake_all};

pub(super) struct Pipe {
    capacity: usize,
    state: Lock<State>,
    reading: SharedTurn,
    writing: SharedTurn,
}

#[derive(Default)]
struct State {
    bytes: VecDeque<u8>,
    /// No byte comes any more.
    ended: bool,
    /// Nobody will read what is written.
    abandoned: bool,
    readers: Waiting,
    writers: Waiting,
}

/// The tasks that wait on one side.
#[derive(Default)]
struct Waiting(Vec<Waker>);

impl Waiting {
    /// Registers a task, if it is not.
    fn add(&mut self, waker: &Waker) {
        if !self.0.iter().any(|known| known.will_wake(waker)) {
            self.0.push(waker.clone());
        }
    }

    /// Takes all, for the caller to wake without the lock.
    fn take(&mut self) -> Waiting {
        mem::take(self)
    }

    fn wake(self) {
        wake_all(self.0);
    }
}

impl Pipe {
    pub(super) fn new(capacity: usize) -> Self {
        Pipe {
            capacity,
            state: Lock::new(State::default()),
            reading: SharedTurn::default(),
            writing: SharedTurn::default(),
        }
    }

    /// How many bytes are on their way.
    pub(super) fn len(&self) -> usize {
        self.state.with(|state| state.bytes.len())
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state.with(|state| state.ended)
    }

    /// Reads what is there, as much as fits; waits for the first byte. 0: the end, or nothing was asked for.
    pub(super) fn poll_read(&self, cx: &Context<'_>, into: &mut [u8]) -> Poll<usize> {
        ready!(self.reading.poll(cx));
        let (read, writers) = self.state.with(|state| {
            if state.bytes.is_empty() && !state.ended && !into.is_empty() {
                state.readers.add(cx.waker());
                return (Poll::Pending, Waiting::default());
            }
            let mut read = 0;
            // It may lie in two pieces, and `read` gives one at a time. It cannot fail.
            while let Ok(more @ 1..) = state.bytes.read(&mut into[read..]) {
                read += more;
            }
            let writers = if read > 0 { state.writers.take() } else { Waiting::default() };
            (Poll::Ready(read), writers)
        });
        writers.wake();
        if read.is_ready() {
            budget::spend();
        }
        read
    }

    /// Writes as much as there is room for; waits for the first byte of room.
    ///
    /// # Errors
    ///
    /// `BrokenPipe` once it has ended, or nobody reads any more.
    pub(super) fn poll_write(&self, cx: &Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.writing.poll(cx));
        let broken = |text| Poll::Ready(Err(io::Error::new(io::ErrorKind::BrokenPipe, text)));
        let (written, readers) = self.state.with(|state| {
            if state.ended {
                return (broken("this end of the connection is closed"), Waiting::default());
            }
            if state.abandoned {
                return (broken("the other end of the connection is gone"), Waiting::default());
            }
            let room = self.capacity - state.bytes.len();
            if room == 0 && !bytes.is_empty() {
                state.writers.add(cx.waker());
                return (Poll::Pending, Waiting::default());
            }
            let written = room.min(bytes.len());
            state.bytes.extend(&bytes[..written]);
            let readers = if written > 0 { state.readers.take() } else { Waiting::default() };
            (Poll::Ready(Ok(written)), readers)
        });
        readers.wake();
        if written.is_ready() {
            budget::spend();
        }
        written
    }

    /// The writer is through: what is on its way is still read. Whoever waits on either side looks again.
    pub(super) fn end(&self) {
        self.change(|state| state.ended = true);
    }

    /// The reader is gone, and with it what is on its way.
    pub(super) fn abandon(&self) {
        self.change(|state| {
            state.abandoned = true;
            state.bytes = VecDeque::new();
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let (readers, writers) = self.state.with(|state| {
            change(state);
            (state.readers.take(), state.writers.take())
        });
        readers.wake();
        writers.wake();
    }
}
