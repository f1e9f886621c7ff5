//! The poller: an edge-triggered epoll instance.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use slab::Slab;

use super::parker::Claimable;
use super::portable::Portable;
use super::readiness::{Orphaned, Readiness};
use super::socket::{Direction, Socket};

/// Room for as many events as are taken at once.
pub(super) type Room = [MaybeUninit<Event>; 256];

pub(super) const NO_EVENTS: Room = [const { MaybeUninit::uninit() }; 256];

/// Not to wait at all.
pub(super) const NOW: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// Names the bell, in its events. It is no socket's key: the place would be one too high.
const BELL: u64 = u64::MAX;

/// The poller of one runtime.
pub(crate) struct Poller {
    pub(super) epoll: OwnedFd,
    /// Wakes the one who waits: see `parker::wait`.
    bell: OwnedFd,
    /// How many sockets are registered.
    registered: AtomicUsize,
    sources: Mutex<Sources>,
    /// Held by whoever takes events: the wakers of those whom they concern.
    woken: Mutex<Vec<Waker>>,
    /// Whether somebody waits for events.
    pub(super) waiting: Claimable,
}

#[derive(Default)]
struct Sources {
    list: Slab<(u32, Arc<Source>)>,
    /// The number of the last registration.
    last: u32,
    /// The run has ended.
    closed: bool,
}

/// The two directions of a socket.
struct Source {
    read: Readiness,
    write: Readiness,
}

/// Names a registration, in its events.
#[derive(Clone, Copy)]
pub(super) struct Key {
    place: u32,
    number: u32,
}

impl Key {
    fn data(self) -> EventData {
        EventData::new_u64(u64::from(self.number) << 32 | u64::from(self.place))
    }

    fn of(event: &Event) -> Key {
        let data = event.data.u64();
        Key { place: data as u32, number: (data >> 32) as u32 }
    }

    #[cfg(all(test, not(taipan_loom)))]
    pub(super) fn place(self) -> u32 {
        self.place
    }
}

impl Sources {
    fn insert(&mut self, source: &Arc<Source>) -> Key {
        self.last = self.last.wrapping_add(1);
        let place = self.list.insert((self.last, Arc::clone(source)));
        let place =
            place.try_into().unwrap_or_else(|_| unreachable!("there are fewer descriptors"));
        Key { place, number: self.last }
    }

    /// The source of that registration, if it stands.
    fn get(&self, key: Key) -> Option<&Source> {
        let (number, source) = self.list.get(key.place as usize)?;
        (*number == key.number).then_some(source)
    }
}

impl Source {
    fn orphan(&self, woken: &mut Vec<Waker>) {
        self.read.orphan(woken);
        self.write.orphan(woken);
    }

    fn set(&self, flags: EventFlags, woken: &mut Vec<Waker>) {
        let over = flags.intersects(EventFlags::HUP | EventFlags::ERR);
        // Urgent data cuts reads short.
        let cut = over || flags.intersects(EventFlags::RDHUP | EventFlags::PRI);
        if cut || flags.contains(EventFlags::IN) {
            self.read.set(cut, woken);
        }
        if over || flags.contains(EventFlags::OUT) {
            self.write.set(over, woken);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes all, also if a waker panics: the others are not to blame.
fn wake(woken: impl IntoIterator<Item = Waker>) {
    for waker in woken {
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
}

impl Poller {
    /// `None`: the system refuses one; then sockets wait through `async-io`.
    pub(crate) fn new() -> Option<Arc<Poller>> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).ok()?;
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).ok()?;
        epoll::add(&epoll, &bell, EventData::new_u64(BELL), EventFlags::IN).ok()?;
        Some(Arc::new(Poller {
            epoll,
            bell,
            registered: AtomicUsize::new(0),
            sources: Mutex::default(),
            woken: Mutex::default(),
            waiting: Claimable::new(),
        }))
    }

    /// Takes the events that have come and wakes those who wait for them; gives how many. 0 as well if another thread is
    /// at it.
    pub(crate) fn turn(&self) -> usize {
        if self.registered.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        let mut woken = match self.woken.try_lock() {
            Ok(woken) => woken,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return 0,
        };
        let mut room = NO_EVENTS;
        self.tell(self.events(&mut room, Some(&NOW)), &mut woken)
    }

    /// Waits for events, no longer than `timeout`, and takes them.
    pub(super) fn events<'a>(&self, room: &'a mut Room, timeout: Option<&Timespec>) -> &'a [Event] {
        // It can only have been interrupted: then there is a next time.
        epoll::wait(&self.epoll, &mut room[..], timeout).map_or(&[], |(events, _)| &*events)
    }

    /// Wakes those whom these events concern, by way of `woken`; gives how many events.
    pub(super) fn tell(&self, events: &[Event], woken: &mut Vec<Waker>) -> usize {
        let mut told = 0;
        if !events.is_empty() {
            let sources = lock(&self.sources);
            for event in events.iter().filter(|event| !Poller::is_bell(event)) {
                told += 1;
                if let Some(source) = sources.get(Key::of(event)) {
                    source.set(event.flags, woken);
                }
            }
        }
        wake(woken.drain(..));
        told
    }

    /// Wakes the one who waits.
    pub(super) fn ring(&self) {
        // It can only fail because it rings already, very often.
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
    }

    pub(super) fn silence(&self) {
        // It can only fail because somebody was faster.
        let _ = rustix::io::read(&self.bell, &mut [0; 8]);
    }

    pub(super) fn is_bell(event: &Event) -> bool {
        event.data.u64() == BELL
    }

    /// Whether an event of that name reaches somebody.
    #[cfg(all(test, not(taipan_loom)))]
    pub(super) fn knows(&self, key: Key) -> bool {
        lock(&self.sources).get(key).is_some()
    }

    /// The run has ended.
    pub(crate) fn close(&self) {
        let mut woken = Vec::new();
        let mut sources = lock(&self.sources);
        sources.closed = true;
        sources.list.iter().for_each(|(_, (_, source))| source.orphan(&mut woken));
        drop(sources);
        wake(woken);
    }
}

/// A socket that is registered with a poller.
pub(super) struct Native<T: Socket> {
    io: T,
    poller: Arc<Poller>,
    source: Arc<Source>,
    key: Key,
    /// Who waits for it once the run of the poller has ended.
    after: OnceLock<Portable<OwnedFd>>,
}

impl<T: Socket> Native<T> {
    pub(super) fn new(io: T, poller: &Arc<Poller>) -> io::Result<Native<T>> {
        let source = Arc::new(Source { read: Readiness::new(), write: Readiness::new() });
        let key = {
            let mut sources = lock(&poller.sources);
            if sources.closed {
                source.orphan(&mut Vec::new());
            }
            sources.insert(&source)
        };
        poller.registered.fetch_add(1, Ordering::Relaxed);
        let native = Native { io, poller: Arc::clone(poller), source, key, after: OnceLock::new() };
        let wanted =
            EventFlags::IN | EventFlags::PRI | EventFlags::RDHUP | EventFlags::OUT | EventFlags::ET;
        epoll::add(&poller.epoll, native.io.as_fd(), key.data(), wanted)?;
        Ok(native)
    }

    pub(super) fn get_ref(&self) -> &T {
        &self.io
    }

    #[cfg(all(test, not(taipan_loom)))]
    pub(super) fn key(&self) -> Key {
        self.key
    }

    pub(super) fn poll<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&T) -> io::Result<R>,
        drained: impl FnOnce(&R) -> bool,
    ) -> Poll<io::Result<R>> {
        let readiness = match direction {
            Direction::Read => &self.source.read,
            Direction::Write => &self.source.write,
        };
        match readiness.poll(cx, || attempt(&self.io), drained) {
            Ok(polled) => polled,
            Err(Orphaned) => self.after()?.poll(direction, cx, || attempt(&self.io)),
        }
    }

    /// It has a descriptor of its own for the same socket.
    fn after(&self) -> io::Result<&Portable<OwnedFd>> {
        if let Some(after) = self.after.get() {
            return Ok(after);
        }
        let new = Portable::new(self.io.as_fd().try_clone_to_owned()?)?;
        Ok(self.after.get_or_init(|| new))
    }
}

impl<T: Socket> Drop for Native<T> {
    fn drop(&mut self) {
        // Refused if it was never added: then it is gone as well.
        let _ = epoll::delete(&self.poller.epoll, self.io.as_fd());
        let source = lock(&self.poller.sources).list.try_remove(self.key.place as usize);
        self.poller.registered.fetch_sub(1, Ordering::Relaxed);
        drop(source); // outside the lock: it may hold the last reference to a task
    }
}
