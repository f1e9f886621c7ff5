//! A socket, and who waits for it.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Poller;
use super::portable::Portable;
use super::socket::{Direction, Socket};
use super::system::Native;
use crate::budget::{self, SharedTurn};

/// A socket that does not block, and who waits for it.
pub(crate) struct Watched<T: Socket> {
    by: By<T>,
    /// A peer that always has something to read, or always room, does not keep the task from letting others run.
    reads: SharedTurn,
    writes: SharedTurn,
}

enum By<T: Socket> {
    Poller(Native<T>),
    AsyncIo(Portable<T>),
}

impl<T: Socket> Watched<T> {
    /// Takes a socket that does not block; `poller`: who waits for it, if there is one.
    pub(crate) fn new(io: T, poller: Option<&Arc<Poller>>) -> io::Result<Watched<T>> {
        let by = match poller {
            Some(poller) => By::Poller(Native::new(io, poller)?),
            None => By::AsyncIo(Portable::new(io)?),
        };
        Ok(Watched { by, reads: SharedTurn::default(), writes: SharedTurn::default() })
    }

    pub(crate) fn get_ref(&self) -> &T {
        match &self.by {
            By::Poller(native) => native.get_ref(),
            By::AsyncIo(portable) => portable.get_ref(),
        }
    }

    /// What its events are named by.
    #[cfg(all(test, target_os = "linux", not(feature = "portable"), not(taipan_loom)))]
    pub(super) fn key(&self) -> super::epoll::Key {
        match &self.by {
            By::Poller(native) => native.key(),
            By::AsyncIo(_) => unreachable!("it has no poller"),
        }
    }

    /// Makes attempts until one does not block, or there is nothing to do but to wait. `drained`: whether what an attempt
    /// gave shows that the next one would block.
    pub(crate) fn poll<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&T) -> io::Result<R>,
        drained: impl FnOnce(&R) -> bool,
    ) -> Poll<io::Result<R>> {
        let turn = match direction {
            Direction::Read => &self.reads,
            Direction::Write => &self.writes,
        };
        ready!(turn.poll(cx));
        let polled = match &self.by {
            By::Poller(native) => native.poll(direction, cx, attempt, drained),
            By::AsyncIo(portable) => portable.poll(direction, cx, || attempt(portable.get_ref())),
        };
        if polled.is_ready() {
            budget::spend();
        }
        polled
    }
}
