//! Waiting for a socket through `async-io`.
//!
//! That keeps one waker for each direction; a second one takes the place of the first, which is woken, and would take it
//! back. So it is given one of ours, which wakes all who wait.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};

use async_io::Async;

use super::socket::{Direction, Socket};
use super::waiters::Waiters;
use crate::sync::{Lock, wake_all};

pub(super) struct Portable<T> {
    handle: Async<T>,
    reading: Arc<All>,
    writing: Arc<All>,
}

/// Wakes all who wait for one direction.
struct All(Lock<Waiters>);

impl Wake for All {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut woken = Vec::new();
        self.0.with(|waiters| waiters.take(&mut woken));
        wake_all(woken);
    }
}

impl<T: Socket> Portable<T> {
    /// Takes a socket that does not block.
    pub(super) fn new(io: T) -> io::Result<Portable<T>> {
        let all = || Arc::new(All(Lock::new(Waiters::default())));
        let handle = Async::new_nonblocking(io)?;
        Ok(Portable { handle, reading: all(), writing: all() })
    }

    pub(super) fn get_ref(&self) -> &T {
        self.handle.get_ref()
    }

    /// Makes attempts until one does not block, or there is nothing to do but to wait.
    pub(super) fn poll<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut() -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        loop {
            match attempt() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    ready!(self.poll_ready(direction, cx))?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return Poll::Ready(result),
            }
        }
    }

    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let all = match direction {
            Direction::Read => &self.reading,
            Direction::Write => &self.writing,
        };
        all.0.with(|waiters| waiters.add(cx.waker()));
        let waker = Waker::from(Arc::clone(all));
        let cx = &mut Context::from_waker(&waker);
        match direction {
            Direction::Read => self.handle.poll_readable(cx),
            Direction::Write => self.handle.poll_writable(cx),
        }
    }
}
