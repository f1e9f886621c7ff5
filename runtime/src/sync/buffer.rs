//! Items on their way from those who put them to those who get them: what the queues and the channel have in
//! common.
//!
//! # The protocol
//!
//! A buffer has two lines, of those who put and of those who get. Nobody's item is moved by somebody else:
//!
//! - Who puts while there is no room keeps its item. Its turn is *room*, which is kept for it; the item goes in
//!   when it runs. So one that is cancelled before has not put, and its room goes to the next.
//! - Who gets while there is no item waits for one. Its turn is an *item*, which stays in the store and is kept
//!   for it, whichever will be the first when it runs. So one that is cancelled has taken nothing, and the item
//!   goes to the next.
//!
//! A newcomer goes on at once only with room, or an item, that is kept for nobody. While there is some, nobody
//! waits: whoever makes room or puts an item grants it under the same lock.
//!
//! With a capacity of 0 there is room for as many items as somebody waits to get: a rendezvous. If who waits
//! leaves once its item has gone in, the item stays for the next.
//!
//! A closed buffer takes nothing in, and what is in it can still be got. It has ended when it is closed and
//! empty: not as long as an item is there that is kept for somebody, for that one may be cancelled.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::after::After;
use super::closed::{Closed, TryRecvError, TrySendError};
use super::line::{Line, Rules, Wait};
use super::store::Store;
use super::waiters::{Left, Waiters};
use crate::waits::Site;

/// The line of those who put an item.
pub(super) struct Put;

/// The line of those who get one.
pub(super) struct Get;

pub(super) struct Buffer<S: Store> {
    store: S,
    /// How many items there is room for. `usize::MAX`: as many as come.
    capacity: usize,
    /// The most items that were in it at a time.
    peak: usize,
    closed: bool,
    /// For how many there is room that belongs to somebody who waits to put.
    room_kept: usize,
    /// How many items belong to somebody who waits to get.
    items_kept: usize,
    putters: Waiters<S::Item, Turn>,
    getters: Waiters<(), Turn>,
}

/// What a waiter is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Its room, or its item, is kept for it.
    Kept,
    /// The buffer was closed, or has ended.
    Over,
}

impl<S: Store> Buffer<S> {
    pub(super) const fn new(store: S, capacity: usize) -> Self {
        Buffer {
            store,
            capacity,
            peak: 0,
            closed: false,
            room_kept: 0,
            items_kept: 0,
            putters: Waiters::new(),
            getters: Waiters::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.store.len()
    }

    /// `None`: without a limit.
    pub(super) fn capacity(&self) -> Option<usize> {
        (self.capacity < usize::MAX).then_some(self.capacity)
    }

    pub(super) fn peak(&self) -> usize {
        self.peak
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// How many wait to put.
    pub(super) fn putting(&self) -> usize {
        self.putters.len()
    }

    /// How many wait to get.
    pub(super) fn getting(&self) -> usize {
        self.getters.len()
    }

    /// The items, with what their store keeps besides.
    pub(super) fn store(&self) -> &S {
        &self.store
    }

    pub(super) fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// Whether somebody who comes now to put has to wait.
    pub(super) fn is_full(&self) -> bool {
        !self.has_room(0)
    }

    /// Whether there is room that is kept for nobody, when `coming` more are about to wait for an item.
    fn has_room(&self, coming: usize) -> bool {
        let room = match self.capacity {
            0 => self.getters.len() + self.items_kept + coming,
            capacity => capacity,
        };
        self.store.len() + self.room_kept < room
    }

    /// Whether there is an item that is kept for nobody.
    fn has_item(&self) -> bool {
        self.store.len() > self.items_kept
    }

    /// Whether nothing will ever be got from it.
    fn has_ended(&self) -> bool {
        self.closed && self.store.len() == 0
    }

    /// Puts an item, if nobody has to wait for the room.
    fn try_put(&mut self, item: S::Item, after: &mut After) -> Result<(), TrySendError<S::Item>> {
        if self.closed {
            Err(TrySendError::closed(item))
        } else if self.has_room(0) {
            self.push(item, after);
            Ok(())
        } else {
            Err(TrySendError::full(item))
        }
    }

    /// Gets an item, if nobody has to wait for it.
    fn try_get(&mut self, after: &mut After) -> Result<S::Item, TryRecvError> {
        if let Some(item) = self.has_item().then(|| self.pop(after)).flatten() {
            Ok(item)
        } else if self.has_ended() {
            Err(TryRecvError::Closed)
        } else {
            Err(TryRecvError::Empty)
        }
    }

    /// Takes nothing in any more.
    pub(super) fn close(&mut self, after: &mut After) {
        self.closed = true;
        while self.putters.grant(Turn::Over, after).is_ok() {}
        self.end(after);
    }

    /// Closes it and gives the items that are in it.
    pub(super) fn close_and_drain(&mut self, after: &mut After) -> Vec<S::Item> {
        let mut items = Vec::with_capacity(self.store.len());
        while let Some(item) = self.store.pop() {
            items.push(item);
        }
        self.close(after);
        items
    }

    #[inline]
    fn push(&mut self, item: S::Item, after: &mut After) {
        self.store.push(item);
        self.peak = self.peak.max(self.store.len());
        if !self.getters.is_empty() {
            self.offer(after);
        }
    }

    /// Nothing is there only if it was drained.
    #[inline]
    fn pop(&mut self, after: &mut After) -> Option<S::Item> {
        let item = self.store.pop();
        if !self.putters.is_empty() {
            self.admit(0, after);
        }
        if self.closed {
            self.end(after);
        }
        item
    }

    /// Gives the items that are kept for nobody to those who wait.
    #[inline(never)]
    fn offer(&mut self, after: &mut After) {
        while self.has_item() && self.getters.grant(Turn::Kept, after).is_ok() {
            self.items_kept += 1;
        }
    }

    /// Gives the room that is kept for nobody to those who wait.
    #[inline(never)]
    fn admit(&mut self, coming: usize, after: &mut After) {
        while self.has_room(coming) && self.putters.grant(Turn::Kept, after).is_ok() {
            self.room_kept += 1;
        }
    }

    /// Sends those who wait for an item away, if none will come.
    fn end(&mut self, after: &mut After) {
        while self.has_ended() && self.getters.grant(Turn::Over, after).is_ok() {}
    }
}

impl<S: Store> Rules<Put> for Buffer<S> {
    type Request = S::Item;
    type Grant = Turn;
    type Output = Result<(), Closed<S::Item>>;

    fn waiters(&mut self) -> &mut Waiters<S::Item, Turn> {
        &mut self.putters
    }

    #[inline]
    fn arrive(&mut self, item: S::Item, after: &mut After) -> Result<Self::Output, S::Item> {
        if self.closed {
            Ok(Err(Closed::new(item)))
        } else if self.has_room(0) {
            self.push(item, after);
            Ok(Ok(()))
        } else {
            Err(item)
        }
    }

    fn claim(&mut self, item: S::Item, turn: Turn, after: &mut After) -> Self::Output {
        if turn == Turn::Kept {
            self.room_kept -= 1;
        }
        if self.closed {
            return Err(Closed::new(item));
        }
        self.push(item, after);
        Ok(())
    }

    fn left(&mut self, left: &Left<S::Item, Turn>, after: &mut After) {
        if let Left::Granted(_, Turn::Kept) = left {
            self.room_kept -= 1;
            self.admit(0, after);
        }
    }
}

impl<S: Store> Rules<Get> for Buffer<S> {
    type Request = ();
    type Grant = Turn;
    type Output = Option<S::Item>;

    fn waiters(&mut self) -> &mut Waiters<(), Turn> {
        &mut self.getters
    }

    fn arrive(&mut self, (): (), after: &mut After) -> Result<Option<S::Item>, ()> {
        match self.try_get(after) {
            Ok(item) => Ok(Some(item)),
            Err(TryRecvError::Closed) => Ok(None),
            Err(TryRecvError::Empty) => {
                if !self.putters.is_empty() {
                    self.admit(1, after);
                }
                Err(())
            }
        }
    }

    fn claim(&mut self, (): (), turn: Turn, after: &mut After) -> Option<S::Item> {
        match turn {
            Turn::Kept => {
                self.items_kept -= 1;
                self.pop(after)
            }
            Turn::Over => None,
        }
    }

    fn left(&mut self, left: &Left<(), Turn>, after: &mut After) {
        if let Left::Granted((), Turn::Kept) = left {
            self.items_kept -= 1;
            self.offer(after);
        }
    }
}

/// A buffer, under its lock.
pub(super) type BufferLine<S> = Line<Buffer<S>>;

/// Somebody who waits for an item, and shares the ownership of the buffer.
pub(super) type Getter<S> = Wait<Arc<BufferLine<S>>, Buffer<S>, Get>;

impl<S: Store> BufferLine<S> {
    pub(super) fn put(&self, item: S::Item, site: Site) -> Wait<&Self, Buffer<S>, Put> {
        Wait::new(self, item, site)
    }

    pub(super) fn get(&self, site: Site) -> Wait<&Self, Buffer<S>, Get> {
        Wait::new(self, (), site)
    }

    pub(super) fn try_put(&self, item: S::Item) -> Result<(), TrySendError<S::Item>> {
        self.change(|buffer, after| buffer.try_put(item, after))
    }

    pub(super) fn try_get(&self) -> Result<S::Item, TryRecvError> {
        self.change(Buffer::try_get)
    }

    /// Gets the next item of a stream, which keeps its place in line from poll to poll.
    pub(super) fn poll_get(
        self: &Arc<Self>,
        place: &mut Option<Getter<S>>,
        site: Site,
        cx: &mut Context<'_>,
    ) -> Poll<Option<S::Item>> {
        if let Some(getter) = place {
            let item = ready!(Pin::new(getter).poll(cx));
            *place = None;
            return Poll::Ready(item);
        }
        // It shares the ownership only if it has to wait.
        let mut getter = self.get(site);
        let polled = Pin::new(&mut getter).poll(cx);
        if polled.is_pending() {
            *place = Some(getter.held_by(Arc::clone(self)));
        }
        polled
    }
}
