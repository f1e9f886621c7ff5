//! Where there is no poller of the runtime's own: nothing of this is ever made.

use std::convert::Infallible;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use super::socket::{Direction, Socket};

pub(crate) struct Poller(Infallible);

impl Poller {
    pub(crate) fn new() -> Option<Arc<Poller>> {
        None
    }

    pub(crate) fn turn(&self) -> usize {
        match self.0 {}
    }

    pub(crate) fn close(&self) {
        match self.0 {}
    }
}

pub(crate) struct Parker(Infallible);

impl Parker {
    pub(crate) fn new(poller: &Arc<Poller>) -> Parker {
        match poller.0 {}
    }

    pub(crate) fn rest(&self, _: Option<Instant>, _: bool) {
        match self.0 {}
    }

    pub(crate) fn block_on<F: Future>(&self, _: F) -> F::Output {
        match self.0 {}
    }
}

pub(super) struct Native<T>(Infallible, PhantomData<T>);

impl<T: Socket> Native<T> {
    pub(super) fn new(_: T, poller: &Arc<Poller>) -> io::Result<Native<T>> {
        match poller.0 {}
    }

    pub(super) fn get_ref(&self) -> &T {
        match self.0 {}
    }

    pub(super) fn poll<R>(
        &self,
        _: Direction,
        _: &mut Context<'_>,
        _: impl FnMut(&T) -> io::Result<R>,
        _: impl FnOnce(&R) -> bool,
    ) -> Poll<io::Result<R>> {
        match self.0 {}
    }
}
